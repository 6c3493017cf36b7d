// `gate bump`: to the front of the line.
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr ExampleSchema kExamples[] = {
    {"gate bump 12", "12 is the next of its band to start"},
};
constexpr CommandSchema kGateBump = {
    .name = "gate bump",
    .summary = "put a waiting command at the front of its line",
    .synopsis = "[--json] ID…",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "It still waits for its lane, and for what the machine has no room for. With --json the "
        "explanation\nof each, as `gate why` gives it.",
    .group = "gate"};

Task<int> bump(Invocation call) {
  auto ids = co_await gate_ids(call.ctx, call.operands());
  if (!ids) co_return co_await complain(call, std::move(ids.error().message));
  Report report(call);
  for (const int64_t id : *ids) {
    auto done = co_await ask_gate(call.ctx, "bump", Record{{"id", Value(id)}});
    if (!done) {
      report.error(done.error().message);
      continue;
    }
    auto now = co_await ask_gate(call.ctx, "why", Record{{"id", Value(id)}});
    if (now) report.rows.push_back(std::move(*now));
  }
  co_return co_await std::move(report).finish();
}

ValueTask<int> run_gate_bump(Invocation call) { return bump(std::move(call)); }

}  // namespace

void register_gate_bump(BuiltinRegistry& registry) { registry.add({&kGateBump, run_gate_bump}); }

}  // namespace weir::builtins
