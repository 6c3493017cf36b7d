// `cargo`: the real cargo behind the gate. The same shim that stands in front of it in other shells
// runs here as a program, so that jobs, groups and the terminal are as for any other.
#include "builtins/reports_support.h"
#include "kernel/evaluator.h"
#include "kernel/external.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"cargo check -p leaf", "starts at once, whatever else is being built"},
    {"cargo build --workspace & why %1", "what does it wait for?"},
    {"command cargo build", "without the gate"},
};
constexpr CommandSchema kCargo = {
    .name = "cargo",
    .summary = "run cargo, and let the gate say when it compiles",
    .synopsis = "[+TOOLCHAIN] [WORD…]",
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "The first cargo on PATH gets the words as they are. What compiles gets a lease of the "
        "gate first; everything\nelse passes at once. Output, exit code and signals are cargo's.",
    .group = "gate"};

constexpr const char* kThisProgram = "/proc/self/exe";

ValueTask<int> run_cargo(Invocation call) {
  const auto found = kernel::resolve(call.ctx, "cargo", {.functions = false, .builtins = false});
  if (found.kind != kernel::Resolution::Kind::file)
    return kernel::report_not_found(call.ctx, "cargo", found.not_executable);
  List words{"cargo"};
  std::ranges::move(call.operands(), std::back_inserter(words));
  return kernel::run_external(call.ctx, kThisProgram, std::move(words), {});
}

}  // namespace

void register_cargo(BuiltinRegistry& registry) { registry.add({&kCargo, run_cargo}); }

}  // namespace weir::builtins
