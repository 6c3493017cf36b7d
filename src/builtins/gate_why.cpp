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

Task<int> why(Invocation call) {
  auto ids = co_await gate_ids(call.ctx, call.operands());
  if (!ids) co_return co_await complain(call, std::move(ids.error().message));
  Report report(call);
  for (const int64_t id : *ids) {
    auto answer = co_await ask_gate(call.ctx, "why", Record{{"id", Value(id)}});
    if (!answer) {
      report.error(answer.error().message);
      continue;
    }
    report.out += why_text(call.ctx, *answer, std::to_string(id));
    report.rows.push_back(std::move(*answer));
  }
  co_return co_await std::move(report).finish();
}

ValueTask<int> run_gate_why(Invocation call) { return why(std::move(call)); }

}  // namespace

void register_gate_why(BuiltinRegistry& registry) { registry.add({&kGateWhy, run_gate_why}); }

}  // namespace weir::builtins
