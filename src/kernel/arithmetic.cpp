#include "kernel/arithmetic.h"

#include <fmt/format.h>

#include "base/octal_slip.h"
#include "kernel/expansion.h"
#include "kernel/subscript.h"

namespace weir::kernel {

namespace {

using parser::ArithExpr;
using parser::ArithOp;

std::unexpected<Error> overflow(const ArithExpr& expr) {
  return fail(ErrorKind::limit, "arithmetic overflow: the result does not fit in 64 bits",
              expr.span);
}

int digit_value(char c, int base) {
  int value = -1;
  if (c >= '0' && c <= '9')
    value = c - '0';
  else if (c >= 'a' && c <= 'z')
    value = c - 'a' + 10;
  else if (c >= 'A' && c <= 'Z')
    value = base <= 36 ? c - 'A' + 10 : c - 'A' + 36;
  else if (c == '@')
    value = 62;
  else if (c == '_')
    value = 63;
  return value < base ? value : -1;
}

Result<int64_t> parse_digits(std::string_view digits, int base, bool negative,
                             std::string_view all) {
  int64_t value = 0;
  for (char c : digits) {
    const int digit = digit_value(c, base);
    if (digit < 0) {
      if (base == 8 && (c == '8' || c == '9')) {
        return fail(
            ErrorKind::invalid,
            fmt::format("\"{}\" is not an octal number; write 10#{} for decimal", all, digits));
      }
      return fail(ErrorKind::invalid, fmt::format("\"{}\" is not an integer", all));
    }
    if (__builtin_mul_overflow(value, base, &value) ||
        __builtin_sub_overflow(value, digit, &value)) {  // negative range holds one more
      return fail(ErrorKind::limit, fmt::format("\"{}\" does not fit in 64 bits", all));
    }
  }
  if (!negative && __builtin_sub_overflow(int64_t{0}, value, &value)) {
    return fail(ErrorKind::limit, fmt::format("\"{}\" does not fit in 64 bits", all));
  }
  return value;
}

Result<int64_t> to_integer(const Value& value, std::string_view what, const ArithExpr& expr) {
  switch (value.type()) {
    case Value::Type::integer:
      return value.as_int();
    case Value::Type::boolean:
      return value.as_bool() ? 1 : 0;
    case Value::Type::null:
      return 0;
    case Value::Type::string: {
      auto parsed = parse_integer(value.as_string());
      if (!parsed) return fail(std::move(parsed.error()).at(expr.span));
      return *parsed;
    }
    case Value::Type::real:
      return fail(ErrorKind::invalid,
                  fmt::format("{} is the float {}: $(( )) works on integers; use math", what,
                              value.to_text()),
                  expr.span);
    default:
      return fail(ErrorKind::invalid,
                  fmt::format("{} is a {}, not an integer", what, value.type_name()), expr.span);
  }
}

class Evaluation {
 public:
  Evaluation(Context& ctx, const OperandValues& operands) : ctx_(ctx), operands_(operands) {}

  Result<int64_t> evaluate(const ArithExpr& expr) {
    switch (expr.op) {
      case ArithOp::number:
        return expr.number;
      case ArithOp::variable:
        return read(expr);
      case ArithOp::word:
        return operand(expr);
      case ArithOp::negate:
      case ArithOp::plus:
      case ArithOp::logical_not:
      case ArithOp::bit_not:
        return unary(expr);
      case ArithOp::pre_increment:
      case ArithOp::pre_decrement:
      case ArithOp::post_increment:
      case ArithOp::post_decrement:
        return step(expr);
      case ArithOp::logical_and:
      case ArithOp::logical_or:
        return logical(expr);
      case ArithOp::conditional: {
        auto condition = evaluate(*expr.a);
        if (!condition) return condition;
        return evaluate(*condition ? *expr.b : *expr.c);
      }
      case ArithOp::comma: {
        auto left = evaluate(*expr.a);
        if (!left) return left;
        return evaluate(*expr.b);
      }
      default:
        return expr.op >= ArithOp::assign ? assignment(expr) : binary(expr);
    }
  }

 private:
  Result<int64_t> unary(const ArithExpr& expr) {
    auto value = evaluate(*expr.a);
    if (!value) return value;
    switch (expr.op) {
      case ArithOp::negate: {
        int64_t result;
        if (__builtin_sub_overflow(int64_t{0}, *value, &result)) return overflow(expr);
        return result;
      }
      case ArithOp::logical_not:
        return *value == 0 ? 1 : 0;
      case ArithOp::bit_not:
        return ~*value;
      default:
        return value;
    }
  }

  Result<int64_t> logical(const ArithExpr& expr) {
    auto left = evaluate(*expr.a);
    if (!left) return left;
    const bool decided = expr.op == ArithOp::logical_and ? *left == 0 : *left != 0;
    if (decided) return *left != 0 ? 1 : 0;
    auto right = evaluate(*expr.b);
    if (!right) return right;
    return *right != 0 ? 1 : 0;
  }

  Result<int64_t> binary(const ArithExpr& expr) {
    auto left = evaluate(*expr.a);
    if (!left) return left;
    auto right = evaluate(*expr.b);
    if (!right) return right;
    return apply(expr, expr.op, *left, *right);
  }

  static Result<int64_t> divide(const ArithExpr& expr, bool modulo, int64_t a, int64_t b) {
    if (b == 0) return fail(ErrorKind::invalid, "division by zero", expr.span);
    if (a == INT64_MIN && b == -1) {
      if (modulo) return 0;
      return overflow(expr);
    }
    return modulo ? a % b : a / b;
  }

  static Result<int64_t> power(const ArithExpr& expr, int64_t base, int64_t exponent) {
    if (exponent < 0) {
      return fail(ErrorKind::invalid, "the exponent is negative; use math for fractions",
                  expr.span);
    }
    int64_t result = 1;
    while (exponent > 0) {
      if ((exponent & 1) && __builtin_mul_overflow(result, base, &result)) return overflow(expr);
      exponent >>= 1;
      if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return overflow(expr);
    }
    return result;
  }

  static Result<int64_t> shift(const ArithExpr& expr, bool left, int64_t a, int64_t b) {
    if (b < 0 || b > 63) {
      return fail(ErrorKind::invalid, fmt::format("shift by {}: takes 0 to 63", b), expr.span);
    }
    if (!left) return a >> b;
    return static_cast<int64_t>(static_cast<uint64_t>(a) << b);
  }

  static Result<int64_t> apply(const ArithExpr& expr, ArithOp op, int64_t a, int64_t b) {
    int64_t result = 0;
    switch (op) {
      case ArithOp::add:
        if (__builtin_add_overflow(a, b, &result)) return overflow(expr);
        return result;
      case ArithOp::subtract:
        if (__builtin_sub_overflow(a, b, &result)) return overflow(expr);
        return result;
      case ArithOp::multiply:
        if (__builtin_mul_overflow(a, b, &result)) return overflow(expr);
        return result;
      case ArithOp::divide:
      case ArithOp::modulo:
        return divide(expr, op == ArithOp::modulo, a, b);
      case ArithOp::power:
        return power(expr, a, b);
      case ArithOp::shift_left:
      case ArithOp::shift_right:
        return shift(expr, op == ArithOp::shift_left, a, b);
      case ArithOp::less:
        return a < b;
      case ArithOp::less_equal:
        return a <= b;
      case ArithOp::greater:
        return a > b;
      case ArithOp::greater_equal:
        return a >= b;
      case ArithOp::equal:
        return a == b;
      case ArithOp::not_equal:
        return a != b;
      case ArithOp::bit_and:
        return a & b;
      case ArithOp::bit_xor:
        return a ^ b;
      case ArithOp::bit_or:
        return a | b;
      default:
        return b;  // plain assignment
    }
  }

  static ArithOp operator_of(ArithOp assign) {
    switch (assign) {
      case ArithOp::assign_multiply:
        return ArithOp::multiply;
      case ArithOp::assign_divide:
        return ArithOp::divide;
      case ArithOp::assign_modulo:
        return ArithOp::modulo;
      case ArithOp::assign_add:
        return ArithOp::add;
      case ArithOp::assign_subtract:
        return ArithOp::subtract;
      case ArithOp::assign_shift_left:
        return ArithOp::shift_left;
      case ArithOp::assign_shift_right:
        return ArithOp::shift_right;
      case ArithOp::assign_and:
        return ArithOp::bit_and;
      case ArithOp::assign_xor:
        return ArithOp::bit_xor;
      case ArithOp::assign_or:
        return ArithOp::bit_or;
      default:
        return ArithOp::assign;
    }
  }

  Result<int64_t> assignment(const ArithExpr& expr) {
    int64_t old = 0;
    if (expr.op != ArithOp::assign) {
      auto value = read(*expr.a);
      if (!value) return value;
      old = *value;
    }
    auto right = evaluate(*expr.b);
    if (!right) return right;
    auto result = apply(expr, operator_of(expr.op), old, *right);
    if (!result) return result;
    if (auto done = write(*expr.a, *result); !done) return fail(std::move(done.error()));
    return result;
  }

  Result<int64_t> step(const ArithExpr& expr) {
    auto old = read(*expr.a);
    if (!old) return old;
    const bool up = expr.op == ArithOp::pre_increment || expr.op == ArithOp::post_increment;
    int64_t now;
    if (__builtin_add_overflow(*old, up ? 1 : -1, &now)) return overflow(expr);
    if (auto done = write(*expr.a, now); !done) return fail(std::move(done.error()));
    const bool pre = expr.op == ArithOp::pre_increment || expr.op == ArithOp::pre_decrement;
    return pre ? now : *old;
  }

  static Result<Value> as_value(Result<int64_t> number) {
    if (!number) return fail(std::move(number.error()));
    return Value(*number);
  }

  /// The path of xs[i][key][$k]: a plain name is a key of a record and a variable in a list; the
  /// text of an expansion is a key of a record.
  Result<List> path(const ArithExpr& variable, const Value& root) {
    List keys;
    Value container = root;
    for (size_t i = 0; i < variable.indices.size(); ++i) {
      if (i < variable.keys.size() && variable.keys[i] && container.is_record()) {
        keys.emplace_back(variable.keys[i]->text);
      } else {
        auto index = container.is_record() && variable.indices[i]->word_operand
                         ? value_of(*variable.indices[i])
                         : as_value(evaluate(*variable.indices[i]));
        if (!index) return fail(std::move(index.error()));
        keys.push_back(std::move(*index));
      }
      if (i + 1 < variable.indices.size()) {
        auto inner = element(container, keys.back());
        if (!inner) return fail(std::move(inner.error()).at(variable.span));
        container = std::move(*inner);
      }
    }
    return keys;
  }

  Result<int64_t> read(const ArithExpr& expr) {
    // The common case without copying the value: a plain integer variable.
    const Variable* variable = ctx_.scope.variables.find(expr.name, expr.name_hash);
    if (variable && variable->is_set && expr.indices.empty()) {
      if (variable->value.is_int()) return variable->value.as_int();
      return to_integer(variable->value, expr.name, expr);
    }
    auto value = ctx_.lookup(expr.name, expr.name_hash);
    if (!value) {
      if (ctx_.scope.options.nounset) return fail(unset_error(ctx_, expr.name, expr.span));
      return 0;
    }
    if (expr.indices.empty()) return to_integer(*value, expr.name, expr);
    auto keys = path(expr, *value);
    if (!keys) return fail(std::move(keys.error()));
    for (const Value& key : *keys) {
      auto inner = element(*value, key);
      if (!inner) return fail(std::move(inner.error()).at(expr.span));
      value = std::move(*inner);
    }
    return to_integer(*value, expr.name, expr);
  }

  Result<void> set_element(const ArithExpr& target, const List& keys, int64_t number) {
    const Variable* there = ctx_.scope.variables.find(target.name, target.name_hash);
    if (there && !there->readonly && !there->exported)
      return set_path(ctx_.scope.variables.edit(target.name, target.name_hash).value, keys,
                      Value(number));
    auto whole = ctx_.lookup(target.name, target.name_hash);
    if (auto done = set_path(*whole, keys, Value(number)); !done) return done;
    return ctx_.assign(target.name, target.name_hash, std::move(*whole));
  }

  Result<void> write(const ArithExpr& target, int64_t number) {
    Result<void> done;
    if (target.indices.empty()) {
      done = ctx_.assign(target.name, target.name_hash, Value(number));
    } else {
      auto value = ctx_.lookup(target.name, target.name_hash);
      if (!value) return fail(unset_error(ctx_, target.name, target.span));
      auto keys = path(target, *value);
      if (!keys) return fail(std::move(keys.error()));
      // Taken out meanwhile: what nobody else holds is not copied.
      value.reset();
      done = set_element(target, *keys, number);
    }
    if (!done) return fail(std::move(done.error()).at(target.span));
    return done;
  }

  Result<Value> value_of(const ArithExpr& expr) {
    for (const auto& [word, value] : operands_) {
      if (word == expr.word_operand) return value;
    }
    return expand_operand_now(ctx_, *expr.word_operand);
  }

  Result<int64_t> operand(const ArithExpr& expr) {
    auto value = value_of(expr);
    if (!value) return fail(std::move(value.error()));
    return to_integer(*value, ctx_.unit ? ctx_.unit->text(expr.span) : "the operand", expr);
  }

  Context& ctx_;
  const OperandValues& operands_;
};

}  // namespace

Result<int64_t> parse_integer(std::string_view text) {
  const std::string_view all = text;
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (text.empty()) return 0;
  bool negative = false;
  if (text.front() == '-' || text.front() == '+') {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return fail(ErrorKind::invalid, fmt::format("\"{}\" is not an integer", all));
  if (text.starts_with("0x") || text.starts_with("0X")) {
    if (text.size() == 2)
      return fail(ErrorKind::invalid, fmt::format("\"{}\" is not an integer", all));
    return parse_digits(text.substr(2), 16, negative, all);
  }
  if (const size_t mark = text.find('#'); mark != std::string_view::npos) {
    auto base = parse_digits(text.substr(0, mark), 10, false, all);
    if (!base) return base;
    if (mark == 0 || mark + 1 == text.size() || *base < 2 || *base > 64) {
      return fail(ErrorKind::invalid, fmt::format("\"{}\": a base is 2 to 64, as in 16#ff", all));
    }
    return parse_digits(text.substr(mark + 1), static_cast<int>(*base), negative, all);
  }
  if (text.size() > 1 && text.front() == '0') {
    const bool is_foreign = std::string_view("bBoO").contains(text[1]);  // 0b101, 0o17
    const auto meant = is_foreign ? octal_slip(text) : std::nullopt;
    if (meant) {
      return fail(ErrorKind::invalid,
                  fmt::format("\"{}\" is not an integer; write {}", all, *meant));
    }
    return parse_digits(text.substr(1), 8, negative, all);
  }
  return parse_digits(text, 10, negative, all);
}

Result<int64_t> evaluate_arithmetic(Context& ctx, const ArithExpr& expr,
                                    const OperandValues& operands) {
  return Evaluation(ctx, operands).evaluate(expr);
}

void collect_substitutions(const ArithExpr& expr, std::vector<const parser::Word*>& words) {
  if (!expr.has_substitution) return;
  if (expr.word_operand && expr.word_operand->has_substitution) words.push_back(expr.word_operand);
  for (const ArithExpr* index : expr.indices) {
    if (index) collect_substitutions(*index, words);
  }
  for (const ArithExpr* part : {expr.a, expr.b, expr.c}) {
    if (part) collect_substitutions(*part, words);
  }
}

}  // namespace weir::kernel
