// `history`: the lines that were entered. Scripts have none.
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr CommandSchema kHistory = {.name = "history",
                                    .summary = "print the lines that were entered",
                                    .synopsis = "[--json]",
                                    .flags = kFlags,
                                    .max_operands = 0,
                                    .details = "A shell that is not interactive has no history.",
                                    .group = "shell"};

ValueTask<int> run_history(Invocation call) { return Report(call).finish(); }

}  // namespace

void register_history(BuiltinRegistry& registry) { registry.add({&kHistory, run_history}); }

}  // namespace weir::builtins
