// `math`: arithmetic with floats; the engine is kernel/math_eval.h.
#include "kernel/math_eval.h"

#include <fmt/format.h>

#include "base/name.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"math '2.5 * (1 + x)'", "variables by their names"},
    {"third=$(math 'round(10 / 3, 2)')", "a typed result"},
};
constexpr CommandSchema kMath = {
    .name = "math",
    .summary = "evaluate an expression with floats and the usual functions",
    .synopsis = "EXPRESSION…",
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "+ - * / % // ** and comparisons with the precedence of $(( )), functions such as sqrt, "
        "round,\n"
        "min and log. Several words are joined by spaces. The result is typed: an int while it is "
        "exact.",
    .group = "variables"};

/// `--word`: also an expression, -(-word), so a flag only where that fails.
bool is_flag(const Value& word) {
  return word.is_string() && word.as_string().size() > 2 && word.as_string().starts_with("--") &&
         begins_name(word.as_string()[2]);
}

ValueTask<int> run_math(Invocation call) {
  std::string expression;
  for (const Value& word : call.operands()) {
    if (!expression.empty()) expression += ' ';
    word.append_text(expression);
  }
  if (expression.empty()) return misuse(call, "an expression is missing");
  auto value = kernel::evaluate_math(expression,
                                     [&](std::string_view name) { return call.ctx.lookup(name); });
  if (!value && call.operands().size() == 1 && is_flag(call.operands()[0])) {
    return misuse(call, fmt::format("unknown flag {}", expression));
  }
  if (!value) return refuse(call, std::move(value.error()));
  return kernel::emit(call, {std::move(*value)});
}

}  // namespace

void register_math(BuiltinRegistry& registry) { registry.add({&kMath, run_math}); }

}  // namespace weir::builtins
