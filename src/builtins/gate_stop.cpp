// `gate drain`, `gate stop` and `gate restart`: the life of the daemon.
#include <chrono>
#include <thread>

#include "builtins/gate_client_support.h"
#include "gate/client.h"
#include "loop/loop.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};

constexpr ExampleSchema kDrainExamples[] = {{"gate drain", "the daemon ends with the last lease"}};
constexpr CommandSchema kGateDrain = {
    .name = "gate drain",
    .summary = "let the daemon end when nothing runs any more",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kDrainExamples,
    .details =
        "It takes no more requests: commands run meanwhile by lock files, as without a daemon.",
    .group = "gate"};
constexpr ExampleSchema kStopExamples[] = {{"gate stop", "end the daemon; what runs goes on"}};
constexpr CommandSchema kGateStop = {
    .name = "gate stop",
    .summary = "end the daemon at once; what runs goes on",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kStopExamples,
    .details =
        "The next command that needs a daemon starts one, and that takes over what still runs.",
    .group = "gate"};
constexpr ExampleSchema kRestartExamples[] = {
    {"gate restart", "after an update: the new program takes over what runs"}};
constexpr CommandSchema kGateRestart = {
    .name = "gate restart",
    .summary = "replace the daemon by a new one, which takes over what runs",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kRestartExamples,
    .details = "Starts one also where none runs. With --json the new daemon's pid and program.",
    .group = "gate"};

constexpr gate::Duration kAnswerLimit = std::chrono::seconds(5);
constexpr gate::Duration kPause{5};

// Ends the daemon and waits until nobody listens any more, so that what comes next meets none of
// it. On the thread pool.
Result<Value> end_daemon() {
  auto places = gate::Places::from_environment();
  if (!places) return fail(std::move(places.error()));
  const gate::ClientOptions options{.places = *places, .starts_daemon = false};
  auto client = gate::Client::connect(options);
  if (!client && client.error().kind == ErrorKind::not_found) return fail(no_daemon());
  if (!client) return fail(std::move(client.error()));
  const pid_t ending = client->daemon().pid;
  auto done = client->call("shutdown", Record{}, kAnswerLimit);
  if (!done) return done;
  const auto last = std::chrono::steady_clock::now() + kAnswerLimit;
  while (std::chrono::steady_clock::now() < last) {
    auto next = gate::Client::connect(options);
    if (next ? next->daemon().pid != ending : next.error().kind == ErrorKind::not_found) break;
    std::this_thread::sleep_for(kPause);
  }
  return done;
}

Task<Result<Value>> ask_to_end(Context& ctx) {
  Result<Value> answer;
  co_await loop::run_on_pool(ctx.shell.loop, [&] { answer = end_daemon(); });
  co_return answer;
}

/// Quiet where it is done; --json prints the answer.
Task<int> report(Invocation call, Result<Value> done) {
  if (!done) co_return co_await complain(call, std::move(done.error().message));
  if (!call.args.has("json")) co_return 0;
  co_return co_await print_array(call, {*done});
}

Task<int> stop(Invocation call) {
  auto done = co_await ask_to_end(call.ctx);
  co_return co_await report(std::move(call), std::move(done));
}

Task<int> drain(Invocation call) {
  auto done = co_await ask_gate(call.ctx, "drain", Record{});
  co_return co_await report(std::move(call), std::move(done));
}

Task<int> restart(Invocation call) {
  auto stopped = co_await ask_to_end(call.ctx);
  if (!stopped && stopped.error().kind != ErrorKind::not_found) {
    co_return co_await report(std::move(call), std::move(stopped));
  }
  auto status = co_await ask_gate(call.ctx, "status", Record{}, NoDaemon::starts_one);
  if (!status) co_return co_await report(std::move(call), fail(std::move(status.error())));
  co_return co_await report(std::move(call), member(*status, "daemon"));
}

ValueTask<int> run_gate_drain(Invocation call) { return drain(std::move(call)); }
ValueTask<int> run_gate_stop(Invocation call) { return stop(std::move(call)); }
ValueTask<int> run_gate_restart(Invocation call) { return restart(std::move(call)); }

}  // namespace

void register_gate_stop(BuiltinRegistry& registry) {
  registry.add({&kGateDrain, run_gate_drain});
  registry.add({&kGateStop, run_gate_stop});
  registry.add({&kGateRestart, run_gate_restart});
}

}  // namespace weir::builtins
