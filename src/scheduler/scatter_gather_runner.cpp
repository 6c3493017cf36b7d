#include "scheduler/scatter_gather_runner.h"

#include <algorithm>
#include <csignal>
#include <deque>
#include <random>

#include "scheduler/deadline.h"
#include "scheduler/gather_queue.h"
#include "scheduler/task_graph.h"

namespace weir::scheduler {

namespace {

using loop::Clock;
using loop::Duration;

constexpr int kTimedOut = 124;
constexpr int kSkipped = 125;
constexpr Duration kMaxBackoff = std::chrono::seconds(30);
constexpr Duration kProbePause = std::chrono::milliseconds(250);

int64_t milliseconds_since(Clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count();
}

}  // namespace

Duration backoff_pause(Duration backoff, int retry, double random) {
  for (int i = 1; i < retry && backoff < kMaxBackoff; ++i) backoff *= 2;
  backoff = std::min(backoff, kMaxBackoff);
  return backoff / 2 +
         Duration(static_cast<int64_t>(static_cast<double>(backoff.count() / 2) * random));
}

struct ScatterGatherRunner::Impl {
  Impl(loop::Loop& l, ScatterOptions o, ScatterHost& h, PauseSwitch* p)
      : loop(l),
        options(std::move(o)),
        host(h),
        pause(p),
        changed(l),
        queue(h, changed, !options.unordered),
        tasks(l) {
    options.limit = std::max(options.limit, 1);
  }

  Task<Result<ScatterSummary>> run();

  // ---- the source ----
  ValueTask<RowResult> next_item();
  Task<RowResult> next_read_ahead();
  Task<void> read_ahead();
  Task<Result<List>> read_all();

  // ---- starting ----
  Task<void> feed();
  Task<Result<void>> feed_graph();
  bool has_room() const;
  Task<void> wait_for_room();
  ValueTask<bool> turn();
  Task<bool> wait_for_turn();
  Task<void> wait_for_admission();
  std::string_view why_not_now();
  Task<void> breathe();
  void begin(Value item, uint64_t index);

  // ---- one item ----
  Task<void> finish_item(uint64_t index, Value item, Clock::time_point began,
                         std::optional<Task<WorkerOutcome>> running,
                         std::optional<WorkerOutcome> ended);
  Task<WorkerOutcome> attempt(const Value& item, uint64_t index, int tries, bool& timed_out);
  bool wants_retry(const WorkerOutcome& outcome, int tries) const;
  Task<bool> wait_for_retry(int retry);
  void finish(GatherRow row);
  void skip(const std::vector<size_t>& nodes, const std::string& because);

  // ---- ending ----
  void stop(int signal, bool cancel_running);
  void check_reader();

  loop::Loop& loop;
  ScatterOptions options;
  ScatterHost& host;
  PauseSwitch* pause;
  ScatterSummary summary;
  ScatterCounts& counts = summary.counts;
  loop::CancelSource starts;   // cancelled: nothing starts any more
  loop::CancelSource running;  // cancelled: what runs ends
  loop::Event changed;  // pulsed: a worker ended, a row was taken, an item was read
  GatherQueue queue;
  loop::TaskGroup tasks;
  std::deque<Value> ahead;
  std::optional<Error> source_error;
  std::optional<TaskGraph> graph;
  List nodes;  // of the graph
  uint64_t backing_off = 0;      // items between two attempts
  uint64_t waiting_retries = 0;  // those among them that want a place now
  Clock::time_point last_start{};
  bool has_started = false;
  std::minstd_rand random{std::random_device{}()};
};

// ---- the source -------------------------------------------------------------------

ValueTask<RowResult> ScatterGatherRunner::Impl::next_item() {
  if (options.read_ahead > 0) return next_read_ahead();
  return host.next_item(starts.token());
}

Task<RowResult> ScatterGatherRunner::Impl::next_read_ahead() {
  while (ahead.empty() && !counts.all_read && !source_error) {
    auto woken = co_await changed.wait(starts.token());
    if (!woken) co_return fail(std::move(woken.error()));
  }
  if (ahead.empty()) co_return std::optional<Value>();
  std::optional<Value> item = std::move(ahead.front());
  ahead.pop_front();
  changed.pulse();
  co_return item;
}

Task<void> ScatterGatherRunner::Impl::read_ahead() {
  while (!starts.cancelled()) {
    if (ahead.size() >= options.read_ahead) {
      (void)co_await changed.wait(starts.token());
      continue;
    }
    auto item = co_await host.next_item(starts.token());
    if (!item && starts.cancelled()) break;
    if (!item)
      source_error = std::move(item.error());
    else if (!*item)
      counts.all_read = true;
    else
      ahead.push_back(std::move(**item));
    changed.pulse();
    if (source_error || counts.all_read) break;
    ++counts.read;
    if (loop.should_yield()) co_await loop.yield();
  }
}

Task<Result<List>> ScatterGatherRunner::Impl::read_all() {
  List items;
  for (;;) {
    auto item = co_await host.next_item(starts.token());
    if (!item) co_return fail(std::move(item.error()));
    if (!*item) break;
    items.push_back(std::move(**item));
    ++counts.read;
    if (loop.should_yield()) co_await loop.yield();
  }
  counts.all_read = true;
  co_return items;
}

// ---- starting -----------------------------------------------------------------------

/// A retry goes before a new item: it frees the window sooner. A graph has no
/// window, because the oldest item may be one that has to start yet.
bool ScatterGatherRunner::Impl::has_room() const {
  if (counts.running + waiting_retries >= static_cast<uint64_t>(options.limit)) return false;
  return graph || (queue.held_items() + backing_off < options.window_items &&
                   queue.held_bytes() < options.window_bytes);
}

Task<void> ScatterGatherRunner::Impl::wait_for_room() {
  while (!has_room() && !starts.cancelled()) {
    if (queue.has_work()) {
      co_await queue.deliver();
      check_reader();
    } else {
      (void)co_await changed.wait(starts.token());
    }
  }
}

/// Why nothing may start now; empty: it may.
std::string_view ScatterGatherRunner::Impl::why_not_now() {
  if (pause && pause->is_paused()) return "paused";
  if (has_started && options.delay.count() > 0 && Clock::now() - last_start < options.delay) {
    return "not_before";
  }
  if (options.max_load && host.load() >= *options.max_load) return "cpu";
  if (options.min_free_memory && host.free_memory() < *options.min_free_memory) return "memory";
  return {};
}

/// There is room and nothing speaks against a start. False: nothing starts any more.
ValueTask<bool> ScatterGatherRunner::Impl::turn() {
  if (!starts.cancelled() && has_room() && why_not_now().empty()) return true;
  return wait_for_turn();
}

/// A retry may take the room while this waits for the machine, so both are asked again.
Task<bool> ScatterGatherRunner::Impl::wait_for_turn() {
  while (!starts.cancelled()) {
    if (!has_room())
      co_await wait_for_room();
    else if (!why_not_now().empty())
      co_await wait_for_admission();
    else
      co_return true;
  }
  co_return false;
}

Task<void> ScatterGatherRunner::Impl::wait_for_admission() {
  std::string_view told;
  while (!starts.cancelled()) {
    const std::string_view reason = why_not_now();
    if (reason != std::exchange(told, reason)) host.waits_for(reason);
    if (reason.empty()) break;
    if (queue.has_work()) {
      co_await queue.deliver();
      check_reader();
    } else if (reason == "paused") {
      (void)co_await pause->resumed().wait(starts.token());
    } else {
      const Duration left = options.delay - (Clock::now() - last_start);
      const Duration time = reason == "not_before" ? std::max(left, Duration(1)) : kProbePause;
      (void)co_await loop::sleep_for(loop, time, starts.token());
    }
  }
  if (!told.empty()) host.waits_for({});
}

/// Before others get their turn, what is ready goes out.
Task<void> ScatterGatherRunner::Impl::breathe() {
  co_await queue.deliver();
  check_reader();
  co_await loop.yield();
}

Task<void> ScatterGatherRunner::Impl::feed() {
  uint64_t next = 0;
  while (!starts.cancelled()) {
    if (!has_room()) co_await wait_for_room();
    if (starts.cancelled()) break;
    auto step = next_item();
    if (!step.ready() && queue.has_work()) co_await queue.deliver();
    auto item = co_await std::move(step);
    if (!item && !starts.cancelled()) source_error = std::move(item.error());
    if (item && !*item) counts.all_read = !source_error;
    if (!item || !*item) break;
    if (options.read_ahead == 0) ++counts.read;
    // A retry may have taken the room while the source was waited for.
    if (!co_await turn()) break;
    queue.expect(1);
    begin(std::move(**item), next++);
    (void)co_await queue.emit_now();
    check_reader();
    if (loop.should_yield()) co_await breathe();
  }
}

Task<Result<void>> ScatterGatherRunner::Impl::feed_graph() {
  auto items = co_await read_all();
  if (!items && starts.cancelled()) co_return Result<void>{};
  if (!items) co_return fail(std::move(items.error()));
  auto read = TaskGraph::read(*items, options.needs_field);
  if (!read) co_return fail(std::move(read.error()));
  nodes = std::move(*items);
  graph = std::move(*read);
  queue.expect(graph->size());
  while (graph->left() > 0 && !starts.cancelled()) {
    if (!co_await turn()) break;
    if (graph->left() == 0) break;  // a failure meanwhile has skipped the rest
    if (auto node = graph->take_ready())
      begin(nodes[*node], *node);
    else if (!queue.has_work())
      (void)co_await changed.wait(starts.token());
    if (queue.has_work()) co_await queue.deliver();
    check_reader();
    if (loop.should_yield()) co_await breathe();
  }
  co_return Result<void>{};
}

void ScatterGatherRunner::Impl::begin(Value item, uint64_t index) {
  if (Value known = host.known_row(item, index); !known.is_null()) {
    ++counts.known;
    ++counts.running;
    GatherRow row;
    row.index = index;
    row.item = std::move(item);
    row.known = std::move(known);
    finish(std::move(row));
    return;
  }
  ++counts.started;
  ++counts.running;
  has_started = true;
  const auto began = last_start = Clock::now();
  host.item_started(index, item);
  queue.begin(index);
  if (options.timeout) {
    tasks.start(finish_item(index, std::move(item), began, {}, {}));
    return;
  }
  auto step = host.run_item(item, index, 1, running.token());
  if (!step.ready()) {
    tasks.start(finish_item(index, std::move(item), began, step.task(), {}));
    return;
  }
  WorkerOutcome outcome = step.take();
  if (wants_retry(outcome, 1)) {
    tasks.start(finish_item(index, std::move(item), began, {}, std::move(outcome)));
    return;
  }
  GatherRow row;
  row.index = index;
  row.item = std::move(item);
  row.outcome = std::move(outcome);
  row.ms = milliseconds_since(began);
  finish(std::move(row));
}

// ---- one item -------------------------------------------------------------------------

Task<WorkerOutcome> ScatterGatherRunner::Impl::attempt(const Value& item, uint64_t index, int tries,
                                                       bool& timed_out) {
  timed_out = false;
  if (!options.timeout) co_return co_await host.run_item(item, index, tries, running.token());
  loop::CancelSource source(running.token());
  Deadline deadline(loop, *options.timeout, source);
  WorkerOutcome outcome = co_await host.run_item(item, index, tries, source.token());
  co_await deadline.release();
  timed_out = deadline.is_over();
  if (timed_out) outcome.code = kTimedOut;
  co_return outcome;
}

bool ScatterGatherRunner::Impl::wants_retry(const WorkerOutcome& outcome, int tries) const {
  return outcome.code != 0 && tries <= options.retries && !starts.cancelled();
}

/// Gives the place to others meanwhile. False: nothing starts any more.
Task<bool> ScatterGatherRunner::Impl::wait_for_retry(int retry) {
  --counts.running;
  ++backing_off;
  changed.pulse();
  if (options.backoff.count() > 0) {
    const double part = static_cast<double>(random() - random.min()) /
                        static_cast<double>(random.max() - random.min());
    const Duration pause_time = backoff_pause(options.backoff, retry, part);
    (void)co_await loop::sleep_for(loop, pause_time, starts.token());
  }
  ++waiting_retries;
  while (counts.running >= static_cast<uint64_t>(options.limit) && !starts.cancelled()) {
    (void)co_await changed.wait(starts.token());
  }
  --waiting_retries;
  --backing_off;
  ++counts.running;
  co_return !starts.cancelled();
}

/// The rest of an item whose first attempt runs, has ended, or has to start yet.
Task<void> ScatterGatherRunner::Impl::finish_item(uint64_t index, Value item,
                                                  Clock::time_point began,
                                                  std::optional<Task<WorkerOutcome>> running_first,
                                                  std::optional<WorkerOutcome> ended) {
  GatherRow row;
  row.index = index;
  if (ended)
    row.outcome = std::move(*ended);
  else if (running_first)
    row.outcome = co_await std::move(*running_first);
  else
    row.outcome = co_await attempt(item, index, 1, row.timed_out);
  row.ms = milliseconds_since(began);
  while (wants_retry(row.outcome, row.tries) && co_await wait_for_retry(row.tries)) {
    began = Clock::now();
    row.outcome = co_await attempt(item, index, ++row.tries, row.timed_out);
    row.ms = milliseconds_since(began);
  }
  row.item = std::move(item);
  finish(std::move(row));
  if (queue.has_work()) co_await queue.deliver();
  check_reader();
}

void ScatterGatherRunner::Impl::finish(GatherRow row) {
  const uint64_t index = row.index;
  const bool ok = row.ok();
  --counts.running;
  ++(ok ? counts.ok : counts.failed);
  host.row_finished(row);
  queue.put(std::move(row));
  if (graph && ok) graph->succeeded(index);
  // A run that was stopped gives rows for what ran alone: those of the others may be given up
  // already.
  if (graph && !ok && !starts.cancelled()) {
    const std::string id = graph->id(index);
    skip(graph->failed(index), id);
    if (options.fail_fast) skip(graph->abandon(), id);
  }
  if (!ok && options.fail_fast && !starts.cancelled()) {
    summary.fail_fast = true;
    stop(SIGTERM, true);
  }
  changed.pulse();
}

/// Rows for workers that never run.
void ScatterGatherRunner::Impl::skip(const std::vector<size_t>& skipped,
                                     const std::string& because) {
  for (size_t node : skipped) {
    GatherRow row;
    row.index = node;
    row.item = nodes[node];
    row.outcome.code = kSkipped;
    row.skipped = because;
    ++counts.skipped;
    ++counts.failed;
    host.row_finished(row);
    queue.put(std::move(row));
  }
}

// ---- ending -----------------------------------------------------------------------------

void ScatterGatherRunner::Impl::stop(int signal, bool cancel_running) {
  starts.cancel(signal);
  if (cancel_running) running.cancel(signal);
}

/// Nobody takes rows any more: nothing more is worth running.
void ScatterGatherRunner::Impl::check_reader() {
  if (queue.error()) stop(SIGPIPE, true);
}

Task<Result<ScatterSummary>> ScatterGatherRunner::Impl::run() {
  Result<void> fed;
  if (!options.needs_field.empty()) {
    fed = co_await feed_graph();
  } else {
    if (options.read_ahead > 0) tasks.start(read_ahead());
    co_await feed();
  }
  queue.forget_unbegun();
  if (queue.has_work()) co_await queue.deliver();
  co_await tasks.join();
  co_await queue.deliver();
  if (!fed) co_return fail(std::move(fed.error()));
  if (queue.error()) co_return fail(*queue.error());
  if (source_error) co_return fail(std::move(*source_error));
  co_return summary;
}

ScatterGatherRunner::ScatterGatherRunner(loop::Loop& loop, ScatterOptions options,
                                         ScatterHost& host, PauseSwitch* pause)
    : impl_(std::make_unique<Impl>(loop, std::move(options), host, pause)) {}
ScatterGatherRunner::~ScatterGatherRunner() = default;

Task<Result<ScatterSummary>> ScatterGatherRunner::run() { return impl_->run(); }

void ScatterGatherRunner::drain() {
  impl_->summary.drained = true;
  impl_->stop(SIGINT, false);
}

void ScatterGatherRunner::kill(int signal) {
  if (impl_->summary.killed_by == 0) impl_->summary.killed_by = signal;
  impl_->stop(signal, true);
}

const ScatterCounts& ScatterGatherRunner::counts() const { return impl_->summary.counts; }
int ScatterGatherRunner::killed_by() const { return impl_->summary.killed_by; }

}  // namespace weir::scheduler
