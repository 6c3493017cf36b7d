#include "scheduler/scatter_gather_runner.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <map>
#include <numeric>
#include <set>

#include "support/random.h"

using namespace weir;
using namespace weir::scheduler;
using namespace std::chrono_literals;
using loop::Event;

namespace {

/// A worker's day: how often it lets others go first, what it waits for, how it ends.
struct Plan {
  int yields = 0;
  Event* gate = nullptr;
  int gate_from = 1;  // the first attempt that waits for it
  int code = 0;
  int failures = 0;  // attempts that fail before it ends with `code`
  std::string out;
};

struct FakeHost : ScatterHost {
  explicit FakeHost(Loop& l) : loop(l), happened(l) {}

  ValueTask<RowResult> next_item(const CancelToken& token) override {
    if (source_gate && next == source_gate_at) return wait_for_source(token);
    return item();
  }
  ValueTask<WorkerOutcome> run_item(const Value&, uint64_t index, int attempt,
                                    CancelToken token) override {
    const auto found = plans.find(index);
    Plan plan = found == plans.end() ? Plan{} : found->second;
    if (attempt < plan.gate_from) plan.gate = nullptr;
    most_running = std::max(most_running, ++running);
    if (plan.yields == 0 && !plan.gate) return end(plan, attempt);
    return work(this, plan, attempt, std::move(token));
  }
  ValueTask<Result<void>> emit(GatherRow row) override {
    log += " r" + std::to_string(row.index);
    rows.push_back(std::move(row));
    happened.pulse();
    if (rows.size() > fail_after) return Result<void>(fail(ErrorKind::broken_pipe, "gone"));
    if (emit_gate && !emit_gate->is_set()) return wait_to_emit(emit_gate);
    return Result<void>{};
  }
  ValueTask<Result<void>> flush() override {
    log += " f";
    return Result<void>{};
  }
  Value known_row(const Value& value, uint64_t) override {
    return known.contains(value.to_text()) ? Value("known " + value.to_text()) : Value();
  }
  double load() override { return load_now; }
  uint64_t free_memory() override { return free_now; }
  void item_started(uint64_t index, const Value&) override {
    log += " s" + std::to_string(index);
    ++started;
    if (on_start) on_start(index);
    happened.pulse();
  }
  void row_finished(const GatherRow& row) override {
    finished.push_back(row.index);
    if (row.ok()) succeeded.insert(row.index);
    happened.pulse();
  }
  void item_is_next(uint64_t index) override { log += " n" + std::to_string(index); }
  void waits_for(std::string_view reason) override {
    log += " w" + std::string(reason);
    happened.pulse();
  }

  RowResult item() {
    if (source_fails_at && next == *source_fails_at) return fail(ErrorKind::io, "cannot read");
    if (!items.empty() ? next >= items.size() : next >= count) return std::optional<Value>();
    Value value = items.empty() ? Value(static_cast<int64_t>(next)) : items[next];
    ++next;
    return std::optional<Value>(std::move(value));
  }
  Task<RowResult> wait_for_source(CancelToken token) {
    auto woken = co_await source_gate->wait(token);
    if (!woken) co_return fail(std::move(woken.error()));
    co_return item();
  }
  static Task<Result<void>> wait_to_emit(Event* gate) {
    (void)co_await gate->wait();
    co_return Result<void>{};
  }
  WorkerOutcome end(const Plan& plan, int attempt) {
    --running;
    WorkerOutcome outcome;
    outcome.code = attempt <= plan.failures ? 9 : plan.code;
    outcome.out = plan.out;
    return outcome;
  }
  static Task<WorkerOutcome> work(FakeHost* host, Plan plan, int attempt, CancelToken token) {
    for (int i = 0; i < plan.yields && !token.cancelled(); ++i) co_await host->loop.yield();
    if (plan.gate) (void)co_await plan.gate->wait(token);
    WorkerOutcome outcome = host->end(plan, attempt);
    if (token.cancelled()) outcome.code = 128 + token.reason();
    co_return outcome;
  }

  Loop& loop;
  Event happened;
  std::vector<Value> items;  // or, when empty, the numbers below `count`
  uint64_t count = 0;
  uint64_t next = 0;
  Event* source_gate = nullptr;
  uint64_t source_gate_at = 0;
  std::optional<uint64_t> source_fails_at;
  std::map<uint64_t, Plan> plans;
  std::set<std::string> known;
  size_t fail_after = SIZE_MAX;
  Event* emit_gate = nullptr;
  double load_now = 0;
  uint64_t free_now = 0;

  int running = 0;
  int most_running = 0;
  int started = 0;
  std::vector<GatherRow> rows;
  std::vector<uint64_t> finished;
  std::set<uint64_t> succeeded;
  std::function<void(uint64_t)> on_start;
  std::string log;
};

/// The indices and codes of the rows: "0:0 1:9".
std::string codes(const FakeHost& host) {
  std::string text;
  for (const auto& row : host.rows) {
    if (!text.empty()) text += ' ';
    text += std::to_string(row.index) + ':' + std::to_string(row.outcome.code);
    if (!row.skipped.empty()) text += '(' + row.skipped + ')';
  }
  return text;
}

struct Bench {
  Loop loop;
  FakeHost host{loop};
  Event gate{loop};
  Event gate2{loop};
  ScatterOptions options;

  Result<ScatterSummary> run() {
    ScatterGatherRunner runner(loop, options, host);
    return loop.run(runner.run());
  }
  /// Beside the run, `act` is called once `ready` says so.
  Result<ScatterSummary> run_and(std::function<bool()> ready,
                                 std::function<void(ScatterGatherRunner&)> act,
                                 PauseSwitch* pause = nullptr) {
    ScatterGatherRunner runner(loop, options, host, pause);
    std::optional<Result<ScatterSummary>> result;
    loop.run(both(this, &runner, &result, std::move(ready), std::move(act)));
    return std::move(*result);
  }

 private:
  static Task<void> both(Bench* bench, ScatterGatherRunner* runner,
                         std::optional<Result<ScatterSummary>>* result, std::function<bool()> ready,
                         std::function<void(ScatterGatherRunner&)> act) {
    loop::TaskGroup group(bench->loop);
    group.start(keep(runner, result));
    while (!ready() && !*result) (void)co_await bench->host.happened.wait();
    act(*runner);
    co_await group.join();
  }
  static Task<void> keep(ScatterGatherRunner* runner,
                         std::optional<Result<ScatterSummary>>* result) {
    result->emplace(co_await runner->run());
  }
};

Value node(std::string_view id, std::initializer_list<std::string_view> needs = {}) {
  List list;
  for (std::string_view need : needs) list.emplace_back(need);
  return Value(Record{{"id", Value(id)}, {"needs", Value(std::move(list))}});
}

}  // namespace

TEST_CASE("workers that end at once give their rows in item order, each passed on at once") {
  Bench bench;
  bench.host.count = 3;
  bench.host.plans[1].code = 7;
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:7 2:0");
  CHECK(bench.host.log == " s0 n0 r0 s1 n1 r1 s2 n2 r2 f");
  CHECK(summary->counts.ok == 2);
  CHECK(summary->counts.failed == 1);
  CHECK(summary->counts.all_read);
  CHECK(summary->counts.running == 0);
}

TEST_CASE("nothing to do is a success without rows") {
  Bench bench;
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(summary->counts.read == 0);
  CHECK(bench.host.log.empty());
}

TEST_CASE("a slow item holds back the rows behind it, not the workers") {
  Bench bench;
  bench.options.limit = 2;
  bench.host.count = 5;
  bench.host.plans[1].gate = &bench.gate;
  auto summary = bench.run_and([&] { return bench.host.finished.size() == 4; },
                               [&](auto&) {
                                 CHECK(codes(bench.host) == "0:0");
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:0 2:0 3:0 4:0");
  CHECK(bench.host.most_running == 2);
}

TEST_CASE("unordered rows come as their workers finish") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.unordered = true;
  bench.host.count = 3;
  bench.host.plans[0].gate = &bench.gate;
  auto summary =
      bench.run_and([&] { return bench.host.rows.size() == 2; }, [&](auto&) { bench.gate.set(); });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "1:0 2:0 0:0");
}

TEST_CASE("an item is told to be next when all rows before it are out") {
  Bench bench;
  bench.options.limit = 3;
  bench.host.count = 3;
  for (uint64_t i = 0; i < 3; ++i) bench.host.plans[i].gate = i == 0 ? &bench.gate : &bench.gate2;
  auto summary = bench.run_and([&] { return bench.host.started == 3; },
                               [&](auto&) {
                                 CHECK(bench.host.log == " s0 n0 s1 s2");
                                 bench.host.log.clear();
                                 bench.gate.set();
                                 bench.gate2.set();
                               });
  REQUIRE(summary);
  CHECK(bench.host.log.starts_with(" r0 f n1 r1"));
}

TEST_CASE("the window holds new items back while rows cannot go out") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.window_items = 10;
  bench.host.count = 1'000;
  bench.host.plans[0].gate = &bench.gate;
  bench.host.plans[11].gate = &bench.gate2;  // would be one too many
  auto summary = bench.run_and([&] { return bench.host.finished.size() == 10; },
                               [&](auto&) {
                                 CHECK(bench.host.started == 11);
                                 bench.gate.set();
                                 bench.gate2.set();
                               });
  REQUIRE(summary);
  CHECK(bench.host.rows.size() == 1'000);
}

TEST_CASE("the window counts the bytes that rows hold") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.window_bytes = 100'000;
  bench.host.count = 100;
  bench.host.plans[0].gate = &bench.gate;
  for (uint64_t i = 1; i < 100; ++i) bench.host.plans[i].out = std::string(30'000, 'x');
  auto summary = bench.run_and([&] { return bench.host.finished.size() == 4; },
                               [&](auto&) {
                                 CHECK(bench.host.started == 5);
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(bench.host.rows.size() == 100);
}

TEST_CASE("a reader that waits holds new items back") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.window_items = 5;
  bench.host.count = 100;
  for (uint64_t i = 0; i < 100; ++i) bench.host.plans[i].yields = 1;
  bench.host.emit_gate = &bench.gate;
  auto summary = bench.run_and([&] { return bench.host.finished.size() == 6; },
                               [&](auto&) {
                                 CHECK(bench.host.rows.size() == 1);
                                 CHECK(bench.host.started <= 7);
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(bench.host.rows.size() == 100);
}

TEST_CASE("a reader that is gone ends the run and cancels what runs") {
  Bench bench;
  bench.options.limit = 2;
  bench.host.count = 1'000'000'000;
  bench.host.plans[3].gate = &bench.gate;
  bench.host.fail_after = 2;
  bench.host.plans[2].yields = 3;
  auto summary = bench.run();
  REQUIRE_FALSE(summary);
  CHECK(summary.error().kind == ErrorKind::broken_pipe);
  CHECK(bench.host.running == 0);
  CHECK(bench.host.rows.size() == 3);
}

TEST_CASE("a failing source ends the run after what runs") {
  Bench bench;
  bench.options.limit = 8;
  bench.host.count = 10;
  bench.host.source_fails_at = 3;
  bench.host.plans[0].yields = 5;
  auto summary = bench.run();
  REQUIRE_FALSE(summary);
  CHECK(summary.error().message == "cannot read");
  CHECK(codes(bench.host) == "0:0 1:0 2:0");
}

TEST_CASE("rows go out while the source is waited for") {
  Bench bench;
  bench.options.limit = 4;
  bench.host.count = 3;
  bench.host.source_gate = &bench.gate;
  bench.host.source_gate_at = 2;
  auto summary = bench.run_and([&] { return bench.host.rows.size() == 2; },
                               [&](auto&) {
                                 CHECK(bench.host.log.ends_with("f"));
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:0 2:0");
}

TEST_CASE("a failure is tried again, and the row says how often") {
  Bench bench;
  bench.options.retries = 2;
  bench.host.count = 4;
  bench.host.plans[0].failures = 2;
  bench.host.plans[1].failures = 3;
  bench.host.plans[2] = {.yields = 1, .failures = 1};
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:9 2:0 3:0");
  CHECK(bench.host.rows[0].tries == 3);
  CHECK(bench.host.rows[1].tries == 3);
  CHECK(bench.host.rows[2].tries == 2);
  CHECK(bench.host.rows[3].tries == 1);
  CHECK(summary->counts.started == 4);
}

TEST_CASE("an item between two attempts leaves its place to others") {
  Bench bench;
  bench.options.limit = 1;
  bench.options.retries = 1;
  bench.options.backoff = 1ms;
  bench.options.unordered = true;
  bench.host.count = 2;
  bench.host.plans[0].failures = 1;
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(codes(bench.host) == "1:0 0:0");
  CHECK(bench.host.most_running == 1);
}

TEST_CASE("a retry that begins while a new item waits for its time keeps the place") {
  Bench bench;
  bench.options.limit = 1;
  bench.options.retries = 1;
  bench.options.backoff = 1ms;
  bench.options.delay = 20ms;
  bench.host.count = 2;
  bench.host.plans[0] = {.gate = &bench.gate, .gate_from = 2, .failures = 1};
  auto summary = bench.run_and([&] { return bench.host.log.contains(" wnot_before w"); },
                               [&](auto&) { bench.gate.set(); });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:0");
  CHECK(bench.host.most_running == 1);
}

TEST_CASE("the pause before a retry doubles up to 30 s, and half of it is chance") {
  CHECK(backoff_pause(1s, 1, 0) == 500ms);
  CHECK(backoff_pause(1s, 3, 0.5) == 3s);
  CHECK(backoff_pause(1s, 5, 1) == 16s);
  CHECK(backoff_pause(1s, 60, 1) == 30s);
  CHECK(backoff_pause(2min, 1, 0) == 15s);
}

TEST_CASE("a timeout ends one attempt with 124") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.timeout = 1ms;
  bench.host.count = 3;
  bench.host.plans[1].gate = &bench.gate;
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:124 2:0");
  CHECK(bench.host.rows[1].timed_out);
  CHECK_FALSE(bench.host.rows[0].timed_out);
}

TEST_CASE("each attempt has its own timeout") {
  Bench bench;
  bench.options.timeout = 1ms;
  bench.options.retries = 2;
  bench.host.count = 1;
  bench.host.plans[0].gate = &bench.gate;
  REQUIRE(bench.run());
  CHECK(bench.host.rows[0].tries == 3);
  CHECK(bench.host.rows[0].timed_out);
}

TEST_CASE("fail-fast starts no more and cancels what runs") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.fail_fast = true;
  bench.options.retries = 3;
  bench.host.count = 100;
  bench.host.plans[1].gate = &bench.gate;
  bench.host.plans[2] = {.yields = 1, .code = 3};
  bench.options.retries = 0;
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:0 1:143 2:3");
  CHECK(summary->fail_fast);
}

TEST_CASE("drain starts no more and finishes what runs") {
  Bench bench;
  bench.options.limit = 2;
  bench.host.count = 100;
  bench.host.plans[0].gate = bench.host.plans[1].gate = &bench.gate;
  auto summary = bench.run_and([&] { return bench.host.started == 2; },
                               [&](ScatterGatherRunner& runner) {
                                 runner.drain();
                                 runner.drain();
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(summary->drained);
  CHECK(summary->killed_by == 0);
  CHECK(codes(bench.host) == "0:0 1:0");
}

TEST_CASE("drain ends the waiting for the source and for retries") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.retries = 5;
  bench.options.backoff = 1h;
  bench.host.count = 2;
  bench.host.plans[0].code = 4;
  bench.host.source_gate = &bench.gate;
  bench.host.source_gate_at = 1;
  auto summary = bench.run_and([&] { return bench.host.started == 1; },
                               [&](ScatterGatherRunner& runner) { runner.drain(); });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:4");
}

TEST_CASE("kill after drain cancels what runs, and every started item has its row") {
  Bench bench;
  bench.options.limit = 3;
  bench.host.count = 100;
  for (uint64_t i = 0; i < 3; ++i) bench.host.plans[i].gate = &bench.gate;
  auto summary = bench.run_and([&] { return bench.host.started == 3; },
                               [&](ScatterGatherRunner& runner) {
                                 runner.drain();
                                 runner.kill(SIGINT);
                                 runner.kill(SIGTERM);
                               });
  REQUIRE(summary);
  CHECK(summary->killed_by == SIGINT);
  CHECK(codes(bench.host) == "0:130 1:130 2:130");
}

TEST_CASE("known items are not run again and their rows are whole") {
  Bench bench;
  bench.host.count = 3;
  bench.host.known = {"1"};
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(bench.host.started == 2);
  CHECK(summary->counts.known == 1);
  CHECK(summary->counts.ok == 3);
  CHECK(std::move(bench.host.rows[1]).to_value() == Value("known 1"));
}

TEST_CASE("reading ahead tells early how many items there are") {
  Bench bench;
  bench.options.limit = 1;
  bench.options.read_ahead = 50;
  bench.host.count = 20;
  bench.host.plans[0].gate = &bench.gate;
  ScatterCounts counts;
  auto summary = bench.run_and([&] { return bench.host.next == 20; },
                               [&](ScatterGatherRunner& runner) {
                                 counts = runner.counts();
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(counts.read == 20);
  CHECK(counts.all_read);
  CHECK(counts.started == 1);
  CHECK(bench.host.rows.size() == 20);
}

TEST_CASE("reading ahead is bounded") {
  Bench bench;
  bench.options.read_ahead = 7;
  bench.host.count = 1'000'000'000;
  bench.host.fail_after = 30;
  REQUIRE_FALSE(bench.run());
  CHECK(bench.host.next <= 30 + 1 + 7 + 1);
}

TEST_CASE("a paused run starts nothing until it goes on") {
  Bench bench;
  PauseSwitch pause(bench.loop);
  pause.pause();
  bench.host.count = 2;
  auto summary = bench.run_and([&] { return bench.host.log == " wpaused"; },
                               [&](auto&) { pause.resume(); }, &pause);
  REQUIRE(summary);
  CHECK(bench.host.log.starts_with(" wpaused w s0"));
}

TEST_CASE("a busy machine holds starts back, and says so") {
  Bench bench;
  bench.options.max_load = 4;
  bench.host.count = 1;
  bench.host.load_now = 4;
  auto summary = bench.run_and([&] { return bench.host.log == " wcpu"; },
                               [&](auto&) { bench.host.load_now = 3.5; });
  REQUIRE(summary);
  CHECK(bench.host.log == " wcpu w s0 n0 r0 f");
}

TEST_CASE("too little free memory holds starts back, and says so") {
  Bench bench;
  bench.options.min_free_memory = 100;
  bench.host.count = 1;
  auto summary = bench.run_and([&] { return bench.host.log == " wmemory"; },
                               [&](auto&) { bench.host.free_now = 100; });
  REQUIRE(summary);
  CHECK(bench.host.log == " wmemory w s0 n0 r0 f");
}

TEST_CASE("starts keep their distance") {
  Bench bench;
  bench.options.limit = 4;
  bench.options.delay = 20ms;
  bench.host.count = 3;
  const auto began = loop::Clock::now();
  REQUIRE(bench.run());
  CHECK(loop::Clock::now() - began >= 40ms);
}

TEST_CASE("a graph starts what is ready, skips what is behind a failure, and emits in item order") {
  Bench bench;
  bench.options.limit = 4;
  bench.options.needs_field = "needs";
  bench.host.items = {node("package", {"test", "doc"}), node("test", {"build"}), node("build"),
                      node("doc"), node("publish", {"package"})};
  bench.host.plans[1].code = 5;
  auto summary = bench.run();
  REQUIRE(summary);
  CHECK(codes(bench.host) == "0:125(test) 1:5 2:0 3:0 4:125(test)");
  CHECK(bench.host.finished == std::vector<uint64_t>{2, 1, 0, 4, 3});
  CHECK(summary->counts.skipped == 2);
  CHECK(summary->counts.failed == 3);
  CHECK(summary->counts.started == 3);
}

TEST_CASE("a graph that is none is an error before anything runs") {
  Bench bench;
  bench.options.needs_field = "needs";
  bench.host.items = {node("a"), node("b", {"c"}), node("c", {"b"})};
  auto summary = bench.run();
  REQUIRE_FALSE(summary);
  CHECK(summary.error().message == "a cycle: b needs c needs b");
  CHECK(bench.host.log.empty());
}

TEST_CASE("fail-fast in a graph gives every item its row") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.fail_fast = true;
  bench.options.needs_field = "needs";
  bench.host.items = {node("a"), node("b"), node("c"), node("d", {"b"})};
  bench.host.plans[0].gate = &bench.gate;
  bench.host.plans[1] = {.yields = 1, .code = 1};
  REQUIRE(bench.run());
  CHECK(codes(bench.host) == "0:143 1:1 2:125(b) 3:125(b)");
}

TEST_CASE("a drained graph gives rows for what ran") {
  Bench bench;
  bench.options.limit = 2;
  bench.options.needs_field = "needs";
  bench.host.items = {node("c", {"a"}), node("a"), node("b")};
  bench.host.plans[1].gate = bench.host.plans[2].gate = &bench.gate;
  auto summary = bench.run_and([&] { return bench.host.started == 2; },
                               [&](ScatterGatherRunner& runner) {
                                 runner.drain();
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "1:0 2:0");
}

TEST_CASE("a failure in a drained graph gives no rows for what is behind it") {
  Bench bench;
  bench.options.needs_field = "needs";
  bench.host.items = {node("b", {"a"}), node("a")};
  bench.host.plans[1] = {.gate = &bench.gate, .code = 1};
  auto summary = bench.run_and([&] { return bench.host.started == 1; },
                               [&](ScatterGatherRunner& runner) {
                                 runner.drain();
                                 bench.gate.set();
                               });
  REQUIRE(summary);
  CHECK(codes(bench.host) == "1:1");
}

TEST_CASE("a known item of a graph lets what needs it start") {
  Bench bench;
  bench.options.needs_field = "needs";
  bench.host.items = {node("b", {"a"}), node("a")};
  bench.host.known = {bench.host.items[1].to_text()};
  REQUIRE(bench.run());
  CHECK(bench.host.started == 1);
  CHECK(codes(bench.host) == "0:0 1:0");
}

TEST_CASE("a row has the fields that apply, in order") {
  GatherRow plain;
  plain.item = Value("x");
  CHECK(std::move(plain).to_value().to_json() ==
        R"({"i":0,"item":"x","ok":true,"code":0,"out":"","err":"","ms":0})");
  GatherRow full;
  full.index = 3;
  full.item = Value(Record{{"id", Value("b")}});
  full.outcome = {
      .code = 124, .out = "o", .err = "e", .out_dropped = 5, .data = Value(1), .host = "h"};
  full.ms = 12;
  full.tries = 2;
  full.timed_out = true;
  full.skipped = "a";
  CHECK(std::move(full).to_value().to_json() ==
        R"({"i":3,"item":{"id":"b"},"ok":false,"code":124,"out":"o","err":"e","ms":12,"data":1,)"
        R"("timed_out":true,"tries":2,"host":"h","skipped":"a","truncated":{"out":5,"err":0}})");
}

// ---- against a model ---------------------------------------------------------------

namespace {

enum class Stop : uint8_t { never, drain, kill };

/// A run with everything mixed, and what has to be true of it.
class RandomRun {
 public:
  explicit RandomRun(test::Random& random) : random_(random) {
    choose_options();
    choose_items();
    choose_plans();
  }

  void run() {
    bench_.host.on_start = [this](uint64_t index) { check_start(index); };
    runner_.emplace(bench_.loop, bench_.options, bench_.host, &pause_);
    bench_.loop.run(both());
    check_places();
    if (!*result_) {
      CHECK(result_->error().kind == ErrorKind::broken_pipe);
      return;
    }
    for (const GatherRow& row : bench_.host.rows) check_row(row);
    check_all();
  }

 private:
  bool is_graph() const { return !bench_.options.needs_field.empty(); }

  void choose_options() {
    auto& options = bench_.options;
    options.limit = 1 + static_cast<int>(random_.below(6));
    options.unordered = random_.one_in(3);
    options.retries = static_cast<int>(random_.below(3));
    options.window_items = 1 + random_.below(8);
    options.read_ahead = random_.one_in(3) ? 1 + random_.below(5) : 0;
    options.fail_fast = random_.one_in(5);
    if (random_.one_in(4)) options.timeout = 1ms;
    if (random_.one_in(4)) options.delay = 50us;
    if (random_.one_in(4)) options.backoff = 200us;
    if (random_.one_in(2)) options.needs_field = "needs";
  }
  /// In a graph an item needs some of those that a shuffle put in front of it.
  void choose_items() {
    const size_t count = random_.below(60);
    needs_.resize(count);
    std::vector<size_t> order(count);
    std::iota(order.begin(), order.end(), size_t{0});
    for (size_t i = count; i > 1; --i)
      std::swap(order[i - 1], order[random_.below(static_cast<uint32_t>(i))]);
    for (size_t at = 1; is_graph() && at < count; ++at) {
      for (uint32_t n = random_.below(3); n > 0; --n) {
        needs_[order[at]].insert(order[random_.below(static_cast<uint32_t>(at))]);
      }
    }
    bench_.host.count = count;
    for (size_t i = 0; is_graph() && i < count; ++i) bench_.host.items.push_back(item(i));
    for (size_t i = 0; i < count; ++i) {
      if (random_.one_in(10))
        bench_.host.known.insert(is_graph() ? item(i).to_text() : std::to_string(i));
    }
  }
  Value item(size_t index) const {
    List needs;
    for (size_t need : needs_[index]) needs.emplace_back(std::to_string(need));
    return Value(Record{{"id", Value(std::to_string(index))}, {"needs", Value(std::move(needs))}});
  }
  void choose_plans() {
    auto& host = bench_.host;
    for (uint64_t i = 0; i < host.count; ++i) {
      Plan& plan = host.plans[i];
      plan.yields = static_cast<int>(random_.below(4));
      if (random_.one_in(10)) plan.gate = &bench_.gate;
      if (random_.one_in(6)) plan.failures = 1 + static_cast<int>(random_.below(3));
    }
    if (random_.one_in(4)) host.emit_gate = &bench_.gate;
    if (random_.one_in(8)) host.fail_after = random_.below(20);
    stop_ = static_cast<Stop>(random_.below(3));
  }

  Task<void> yields(uint32_t turns) {
    for (; turns > 0; --turns) co_await bench_.loop.yield();
  }
  /// Pauses, goes on, stops the run in its way, and lets those go on who wait.
  Task<void> meddle() {
    co_await yields(random_.below(40));
    if (random_.one_in(2)) {
      pause_.pause();
      co_await yields(random_.below(20));
      pause_.resume();
    }
    co_await yields(random_.below(20));
    if (stop_ == Stop::drain) runner_->drain();
    if (stop_ == Stop::kill) runner_->kill(SIGTERM);
    bench_.gate.set();
  }
  Task<void> both() {
    loop::TaskGroup group(bench_.loop);
    group.start(meddle());
    result_.emplace(co_await runner_->run());
    co_await group.join();
  }

  void check_start(uint64_t index) {
    CHECK_FALSE(pause_.is_paused());
    CHECK(started_.insert(index).second);
    for (size_t need : needs_[index]) CHECK(bench_.host.succeeded.contains(need));
  }
  void check_places() const {
    CHECK(bench_.host.running == 0);
    CHECK(bench_.host.most_running <= bench_.options.limit);
    CHECK(runner_->counts().running == 0);
    const std::set<uint64_t> once(bench_.host.finished.begin(), bench_.host.finished.end());
    CHECK(once.size() == bench_.host.finished.size());
    CHECK(std::ranges::includes(once, started_));
  }
  void check_row(const GatherRow& row) const {
    CHECK(row.tries <= bench_.options.retries + 1);
    CHECK(row.timed_out == (row.outcome.code == 124));
    const bool ran = row.known.is_null() && row.skipped.empty();
    CHECK(started_.contains(row.index) == ran);
    if (row.skipped.empty()) return;
    CHECK(row.outcome.code == 125);
    CHECK_FALSE(bench_.host.succeeded.contains(std::stoul(row.skipped)));
    if (!bench_.options.fail_fast) CHECK(is_behind(row.index, std::stoul(row.skipped)));
  }
  bool is_behind(size_t index, size_t other) const {
    return std::ranges::any_of(
        needs_[index], [&](size_t need) { return need == other || is_behind(need, other); });
  }
  void check_all() const {
    const auto& host = bench_.host;
    const auto& summary = **result_;
    CHECK(host.rows.size() == host.finished.size());
    CHECK(summary.counts.ok == host.succeeded.size());
    CHECK(summary.counts.ok + summary.counts.failed == host.rows.size());
    CHECK(summary.counts.started == started_.size());
    if (!bench_.options.unordered) CHECK(std::ranges::is_sorted(host.rows, {}, &GatherRow::index));
    if (stop_ == Stop::never && !summary.fail_fast) CHECK(host.rows.size() == host.count);
    if (is_graph() && stop_ == Stop::never) CHECK(host.rows.size() == host.count);
  }

  test::Random& random_;
  Bench bench_;
  PauseSwitch pause_{bench_.loop};
  Stop stop_ = Stop::never;
  std::vector<std::set<size_t>> needs_;  // by item; empty where it is no graph
  std::set<uint64_t> started_;
  std::optional<ScatterGatherRunner> runner_;
  std::optional<Result<ScatterSummary>> result_;
};

}  // namespace

TEST_CASE(
    "random runs: each item ends once, in order, after what it needs, never too many at once") {
  test::Random random;
  INFO("WEIR_TEST_SEED=" << random.seed());
  for (int round = 0; round < 400; ++round) {
    INFO("round " << round);
    RandomRun(random).run();
  }
}
