// `gate why`: why a command waits, or what it does.
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr ExampleSchema kExamples[] = {
    {"gate why 12", "why does it not start?"},
    {"gate why --json %2 | get reasons", "of a job of this shell, as data"},
};
constexpr CommandSchema kGateWhy = {
    .name = "gate why",
    .summary = "tell why a command waits at the gate, or what it does",
    .synopsis = "[--json] ID…",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "An ID is a number of `gate status`, or a job of this shell. All reasons are told, with "
        "who holds\nwhat is waited for, and until when as far as can be known.",
    .group = "gate"};

ValueTask<int> run_gate_why(Invocation call) {
  const Context& ctx = call.ctx;
  return ask_for_each(std::move(call), "why", {}, [&ctx](Report& report, int64_t id, Value answer) {
    report.out += why_text(ctx, answer, std::to_string(id));
    report.rows.push_back(std::move(answer));
  });
}

}  // namespace

void register_gate_why(BuiltinRegistry& registry) { registry.add({&kGateWhy, run_gate_why}); }

}  // namespace weir::builtins
