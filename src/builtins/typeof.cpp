// `typeof`: the type of a value (LANGUAGE 3.10).
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"typeof $x", "null, bool, int, float, string, list or record"},
};
constexpr CommandSchema kTypeof = {
    .name = "typeof",
    .summary = "print the type of each value",
    .synopsis = "VALUE…",
    .min_operands = 1,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details = "A bare word is a string; values come from expansions: `typeof $x`.",
    .group = "variables"};

ValueTask<int> run_typeof(Invocation call) {
  if (call.operands().empty()) return misuse(call, "a value is missing");
  std::string out;
  for (const Value& value : call.operands()) {
    out += value.type_name();
    out += '\n';
  }
  return print(call, std::move(out));
}

}  // namespace

void register_typeof(BuiltinRegistry& registry) { registry.add({&kTypeof, run_typeof}); }

}  // namespace weir::builtins
