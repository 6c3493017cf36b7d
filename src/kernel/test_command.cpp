// `[[ … ]]`: the tree of a test, with short circuits; operands expand only when they are needed.
#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>

#include "kernel/arithmetic.h"
#include "kernel/commands.h"
#include "kernel/compare.h"
#include "kernel/file_test.h"
#include "kernel/flow.h"
#include "kernel/open_path.h"
#include "kernel/subscript.h"
#include "kernel/trace.h"
#include "kernel/value_expansion.h"
#include "parser/operator_names.h"

namespace weir::kernel {

namespace {

using parser::as;
using parser::ParameterPart;
using parser::PartKind;
using parser::TestExpr;
using parser::TestOp;

struct TestOperands {
  Value left;
  Value right;
  PatternSegments pattern;  // right, for == and !=
  std::string regex;        // right, for =~ and !~
};

bool wants_pattern(TestOp op) { return op == TestOp::equal || op == TestOp::not_equal; }
bool wants_regex(TestOp op) { return op == TestOp::matches || op == TestOp::not_matches; }

/// A lone expansion under -z and -n may be unset (D6).
bool may_be_unset(TestOp op, const Word& word) {
  if (op != TestOp::zero_length && op != TestOp::nonzero_length) return false;
  return word.parts.size() == 1 && word.parts[0]->kind == PartKind::parameter;
}

bool says_unset(const Error& error) { return error.kind == ErrorKind::unset || is_absent(error); }

Value typed(const Word& word, Value value) {
  return word.is_static && !word.has_quotes ? Value::from_bareword(word.text) : value;
}

const re2::RE2* compiled(const std::string& regex) {
  static thread_local std::unordered_map<std::string, std::unique_ptr<re2::RE2>> cache;
  if (cache.size() > 64) cache.clear();
  auto& entry = cache[regex];
  if (!entry) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    entry = std::make_unique<re2::RE2>(regex, options);
  }
  return entry.get();
}

Result<bool> match_regex(Context& ctx, const TestExpr& expr, const TestOperands& operands) {
  const re2::RE2* regex = compiled(operands.regex);
  if (!regex->ok()) {
    return fail(
        ErrorKind::invalid,
        fmt::format("the regular expression {} is not valid: {}", operands.regex, regex->error()),
        expr.right->span);
  }
  const std::string text = operands.left.to_text();
  std::vector<re2::StringPiece> groups(static_cast<size_t>(regex->NumberOfCapturingGroups()) + 1);
  const bool matched = regex->Match(text, 0, text.size(), re2::RE2::UNANCHORED, groups.data(),
                                    static_cast<int>(groups.size()));
  if (expr.op == TestOp::not_matches) return !matched;
  if (!matched) return false;
  List captures;
  for (const auto& group : groups)
    captures.emplace_back(std::string(group.data() ? group.data() : "", group.size()));
  if (auto done = ctx.assign("MATCH", Value(std::move(captures))); !done)
    return fail(std::move(done.error()));
  return true;
}

Result<bool> negated(Result<bool> value) {
  if (value) *value = !*value;
  return value;
}

Result<bool> equal(const TestOperands& operands) {
  const bool numbers = operands.left.is_number() && operands.right.is_number();
  if (numbers || !operands.left.is_scalar() || !operands.right.is_scalar()) {
    return values_equal(operands.left, operands.right);
  }
  return Pattern::compile(operands.pattern).matches(operands.left.to_text());
}

/// -v NAME or NAME[key].
bool is_variable_set(Context& ctx, const std::string& text) {
  const size_t bracket = text.find('[');
  auto value = ctx.lookup(std::string_view(text).substr(0, bracket));
  if (!value || bracket == std::string::npos) return value.has_value();
  std::string_view rest = std::string_view(text).substr(bracket);
  while (rest.starts_with('[')) {
    const size_t end = rest.find(']');
    if (end == std::string_view::npos) return false;
    auto inner = element(*value, Value::from_bareword(rest.substr(1, end - 1)));
    if (!inner) return false;
    value = std::move(*inner);
    rest.remove_prefix(end + 1);
  }
  return rest.empty();
}

Result<bool> is_terminal(Context& ctx, const Value& operand) {
  auto number = parse_integer(operand.to_text());
  if (!number) return fail(std::move(number.error()));
  const auto& file = ctx.fds.get(static_cast<int>(*number));
  return file && file->is_terminal();
}

Result<bool> apply(Context& ctx, const TestExpr& expr, const TestOperands& operands) {
  const int cwd = ctx.scope.directory->fd.get();
  switch (expr.op) {
    case TestOp::nonempty:
    case TestOp::nonzero_length:
      return !operands.left.to_text().empty();
    case TestOp::zero_length:
      return operands.left.to_text().empty();
    case TestOp::variable_set:
      return is_variable_set(ctx, operands.left.to_text());
    case TestOp::is_list:
      return operands.left.is_list();
    case TestOp::is_record:
      return operands.left.is_record();
    case TestOp::is_terminal:
      return is_terminal(ctx, operands.left);
    case TestOp::newer:
    case TestOp::older:
    case TestOp::same_file:
      return file_test(expr.op, path_for_stat(ctx, operands.left.to_text()),
                       path_for_stat(ctx, operands.right.to_text()), cwd);
    case TestOp::equal:
      return equal(operands);
    case TestOp::not_equal:
      return negated(equal(operands));
    case TestOp::less:
      return value_less(operands.left, operands.right);
    case TestOp::greater:
      return value_less(operands.right, operands.left);
    case TestOp::matches:
    case TestOp::not_matches:
      return match_regex(ctx, expr, operands);
    case TestOp::num_equal:
    case TestOp::num_not_equal:
    case TestOp::num_less:
    case TestOp::num_less_equal:
    case TestOp::num_greater:
    case TestOp::num_greater_equal:
      return compare_numbers(expr.op, operands.left, operands.right);
    case TestOp::in:
      return contains(operands.right, operands.left);
    case TestOp::not_in:
      return negated(contains(operands.right, operands.left));
    default:
      return file_test(expr.op, path_for_stat(ctx, operands.left.to_text()), cwd);
  }
}

Result<bool> apply_at(Context& ctx, const TestExpr& expr, const TestOperands& operands) {
  auto result = apply(ctx, expr, operands);
  if (!result) return fail(std::move(result.error()).at(expr.span));
  return result;
}

Result<bool> evaluate_now(Context& ctx, const TestExpr& expr) {
  if (expr.op == TestOp::logical_not) {
    return negated(evaluate_now(ctx, *expr.a));
  }
  if (expr.op == TestOp::logical_and || expr.op == TestOp::logical_or) {
    auto left = evaluate_now(ctx, *expr.a);
    if (!left || *left == (expr.op == TestOp::logical_or)) return left;
    return evaluate_now(ctx, *expr.b);
  }
  TestOperands operands;
  auto left = expand_operand_now(ctx, *expr.left);
  if (!left) {
    if (!may_be_unset(expr.op, *expr.left) || !says_unset(left.error()))
      return fail(std::move(left.error()));
    left = Value("");
  }
  operands.left = std::move(*left);
  if (expr.right_value) {
    auto value = expand_value_now(ctx, *expr.right_value);
    if (!value) return fail(std::move(value.error()));
    operands.right = std::move(*value);
  } else if (expr.right && wants_regex(expr.op)) {
    auto regex = expand_regex_now(ctx, *expr.right);
    if (!regex) return fail(std::move(regex.error()));
    operands.regex = std::move(*regex);
  } else if (expr.right) {
    auto value = expand_operand_now(ctx, *expr.right);
    if (!value) return fail(std::move(value.error()));
    operands.right = typed(*expr.right, std::move(*value));
    if (wants_pattern(expr.op)) {
      auto pattern = expand_pattern_now(ctx, *expr.right);
      if (!pattern) return fail(std::move(pattern.error()));
      operands.pattern = std::move(*pattern);
    }
  }
  if (expr.right && !wants_regex(expr.op))
    operands.left = typed(*expr.left, std::move(operands.left));
  return apply_at(ctx, expr, operands);
}

/// One comparison with the values that it compares, as bash traces it.
std::string traced_test(const TestExpr& expr, const TestOperands& operands) {
  const std::string left = traced_value(operands.left);
  if (expr.op == TestOp::nonempty) return fmt::format("[[ {} ]]", left);
  if (!expr.right && !expr.right_value)
    return fmt::format("[[ {} {} ]]", parser::name_of(expr.op), left);
  std::string right = wants_regex(expr.op) ? operands.regex : traced_value(operands.right);
  return fmt::format("[[ {} {} {} ]]", left, parser::name_of(expr.op), right);
}

Task<Result<bool>> evaluate(Context& ctx, const TestExpr& expr) {
  if (!expr.has_substitution && !ctx.scope.options.xtrace) co_return evaluate_now(ctx, expr);
  if (expr.op == TestOp::logical_not) {
    co_return negated(co_await evaluate(ctx, *expr.a));
  }
  if (expr.op == TestOp::logical_and || expr.op == TestOp::logical_or) {
    auto left = co_await evaluate(ctx, *expr.a);
    if (!left || *left == (expr.op == TestOp::logical_or)) co_return left;
    co_return co_await evaluate(ctx, *expr.b);
  }
  TestOperands operands;
  auto left = co_await expand_operand(ctx, *expr.left);
  if (!left) {
    if (!may_be_unset(expr.op, *expr.left) || !says_unset(left.error()))
      co_return fail(std::move(left.error()));
    left = Value("");
  }
  operands.left = std::move(*left);
  if (expr.right_value) {
    auto value = co_await expand_value(ctx, *expr.right_value);
    if (!value) co_return fail(std::move(value.error()));
    operands.right = std::move(*value);
  } else if (expr.right && wants_regex(expr.op)) {
    auto regex = co_await expand_regex(ctx, *expr.right);
    if (!regex) co_return fail(std::move(regex.error()));
    operands.regex = std::move(*regex);
  } else if (expr.right && wants_pattern(expr.op) && expr.right->has_substitution) {
    // Expanded once: a substitution must not run twice. Its text is literal (D2).
    auto pattern = co_await expand_pattern(ctx, *expr.right);
    if (!pattern) co_return fail(std::move(pattern.error()));
    std::string text;
    for (const auto& segment : *pattern) text += segment.text;
    operands.right = Value(std::move(text));
    operands.pattern = std::move(*pattern);
  } else if (expr.right) {
    auto value = co_await expand_operand(ctx, *expr.right);
    if (!value) co_return fail(std::move(value.error()));
    operands.right = typed(*expr.right, std::move(*value));
    if (wants_pattern(expr.op)) {
      auto pattern = expand_pattern_now(ctx, *expr.right);
      if (!pattern) co_return fail(std::move(pattern.error()));
      operands.pattern = std::move(*pattern);
    }
  }
  if (expr.right && !wants_regex(expr.op))
    operands.left = typed(*expr.left, std::move(operands.left));
  if (ctx.scope.options.xtrace) co_await trace(ctx, traced_test(expr, operands));
  co_return apply_at(ctx, expr, operands);
}

/// A test that could not be evaluated gives 2, as in other shells.
Task<int> report_test(Context& ctx, Error error) {
  const int status = co_await report_failure(ctx, std::move(error));
  co_return co_await finish_command(ctx, status == 1 ? 2 : status);
}

Task<int> run_test_task(Context& ctx, const parser::TestCommand& command) {
  auto result = co_await evaluate(ctx, *command.expr);
  if (!result) co_return co_await report_test(ctx, std::move(result.error()));
  co_return co_await finish_command(ctx, *result ? 0 : 1);
}

}  // namespace

ValueTask<int> run_test(Context& ctx, const parser::TestCommand& command) {
  ctx.position = command.span.begin;
  if (command.expr->has_substitution || ctx.scope.options.xtrace)
    return run_test_task(ctx, command);
  auto result = evaluate_now(ctx, *command.expr);
  if (!result) return report_test(ctx, std::move(result.error()));
  return finish_command(ctx, *result ? 0 : 1);
}

}  // namespace weir::kernel
