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

ValueTask<int> run_gate_bump(Invocation call) {
  return ask_for_each(std::move(call), "bump", {}, [](Report& report, int64_t, Value now) {
    report.rows.push_back(std::move(now));
  });
}

}  // namespace

void register_gate_bump(BuiltinRegistry& registry) { registry.add({&kGateBump, run_gate_bump}); }

}  // namespace weir::builtins
