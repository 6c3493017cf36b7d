// `gate kill`: ends commands behind the gate, those that wait too.
#include "base/signal_names.h"
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'s', "signal", "SIGNAL", "another signal than TERM"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"gate kill 12", "end it, whoever started it"},
    {"gate kill -s INT 12", "as Ctrl-C in its terminal"},
};
constexpr CommandSchema kGateKill = {
    .name = "gate kill",
    .summary = "end a command behind the gate, with all that it started",
    .synopsis = "[-s SIGNAL] [--json] ID…",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "What waits gives up waiting. What runs gets the signal, its processes too; what is "
        "stopped "
        "goes on with\nit. A signal that the command ignores is an error. An ID is a number of "
        "`gate status`, or a job of\nthis shell.",
    .group = "gate"};

ValueTask<int> run_gate_kill(Invocation call) {
  const auto signal = parse_signal(call.args.text("signal", "TERM"));
  if (!signal) return misuse(call, "--signal: " + signal.error().message);
  if (*signal == 0) return misuse(call, "--signal: 0 tells nothing to a command; gate why does");
  const std::string name = signal_name(*signal);
  return ask_for_each(
      std::move(call), "kill", Record{{"signal", *signal}},
      [name](Report& report, int64_t id, Value) {
        report.rows.emplace_back(Record{{"id", Value(id)}, {"signal", Value(name)}});
      });
}

}  // namespace

void register_gate_kill(BuiltinRegistry& registry) { registry.add({&kGateKill, run_gate_kill}); }

}  // namespace weir::builtins
