// `gate drain`, `gate stop` and `gate restart`: the life of the daemon.
#include "builtins/gate_client_support.h"

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

Task<int> call_it(Invocation call, std::string method) {
  auto done = co_await ask_gate(call.ctx, std::move(method), Record{});
  if (!done) co_return co_await complain(call, std::move(done.error().message));
  if (!call.args.has("json")) co_return 0;
  co_return co_await print_array(call, {*done});
}

Task<int> restart(Invocation call) {
  auto stopped = co_await ask_gate(call.ctx, "shutdown", Record{});
  if (!stopped && stopped.error().kind != ErrorKind::not_found) {
    co_return co_await complain(call, std::move(stopped.error().message));
  }
  auto status = co_await ask_gate(call.ctx, "status", Record{}, NoDaemon::starts_one);
  if (!status) co_return co_await complain(call, std::move(status.error().message));
  if (!call.args.has("json")) co_return 0;
  co_return co_await print_array(call, {member(*status, "daemon")});
}

ValueTask<int> run_gate_drain(Invocation call) { return call_it(std::move(call), "drain"); }
ValueTask<int> run_gate_stop(Invocation call) { return call_it(std::move(call), "shutdown"); }
ValueTask<int> run_gate_restart(Invocation call) { return restart(std::move(call)); }

}  // namespace

void register_gate_stop(BuiltinRegistry& registry) {
  registry.add({&kGateDrain, run_gate_drain});
  registry.add({&kGateStop, run_gate_stop});
  registry.add({&kGateRestart, run_gate_restart});
}

}  // namespace weir::builtins
