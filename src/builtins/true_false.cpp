// `:`, `true` and `false`: they take anything and look at nothing.
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr CommandSchema kColon = {.name = ":",
                                  .summary = "do nothing; the words are expanded all the same",
                                  .synopsis = "[WORD…]",
                                  .style = ArgumentStyle::raw,
                                  .group = "control flow"};
constexpr CommandSchema kTrue = {.name = "true",
                                 .summary = "succeed",
                                 .synopsis = "",
                                 .style = ArgumentStyle::raw,
                                 .group = "control flow"};
constexpr CommandSchema kFalse = {.name = "false",
                                  .summary = "fail with 1",
                                  .synopsis = "",
                                  .style = ArgumentStyle::raw,
                                  .group = "control flow"};

ValueTask<int> succeed(Invocation) { return 0; }
ValueTask<int> fail_with_one(Invocation) { return 1; }

}  // namespace

void register_true_false(BuiltinRegistry& registry) {
  registry.add({&kColon, succeed, true});
  registry.add({&kTrue, succeed});
  registry.add({&kFalse, fail_with_one});
}

}  // namespace weir::builtins
