// `shift`: drops the first positional parameters.
#include <fmt/format.h>

#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"while (($# > 0)); do echo $1; shift; done", "one after the other"},
};
constexpr CommandSchema kShift = {.name = "shift",
                                  .summary = "drop the first N positional parameters (1)",
                                  .synopsis = "[N]",
                                  .max_operands = 1,
                                  .examples = kExamples,
                                  .group = "variables"};

ValueTask<int> run_shift(Invocation call) {
  int64_t count = 1;
  if (!call.operands().empty()) {
    auto given = kernel::whole_number(call.operands()[0], "the number to shift by", 0);
    if (!given) return misuse(call, std::move(given.error().message));
    count = *given;
  }
  auto& parameters = call.ctx.scope.parameters;
  const auto there = static_cast<int64_t>(parameters->size());
  if (count > there) {
    return complain(call, there == 0 ? std::string("there are no positional parameters left")
                                     : fmt::format("{} is more than the {} that {} left", count,
                                                   there, there == 1 ? "is" : "are"));
  }
  parameters = std::make_shared<const List>(parameters->begin() + count, parameters->end());
  return 0;
}

}  // namespace

void register_shift(BuiltinRegistry& registry) { registry.add({&kShift, run_shift, true}); }

}  // namespace weir::builtins
