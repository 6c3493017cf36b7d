// Arithmetic: a flat row of operands and operators becomes a tree by precedence.
//
// Two stacks (Dijkstra's shunting yard): an operator waits until one that binds
// weaker arrives. `? :` waits as a question until its colon.
#include <fmt/core.h>

#include "base/octal_slip.h"
#include "parser/builder.h"
#include "parser/bytes.h"

namespace weir::parser {

namespace {

using Form = ArithOperator::Form;

constexpr uint8_t kAssign = 2;
constexpr uint8_t kConditional = 3;
constexpr uint8_t kPower = 14;

bool groups_right(uint8_t precedence) {
  return precedence == kAssign || precedence == kConditional || precedence == kPower;
}

bool changes_operand(ArithOp op) {
  return op == ArithOp::pre_increment || op == ArithOp::pre_decrement || op >= ArithOp::assign;
}

int digit_value(char c, int base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + (base <= 36 ? 10 : 36);
  if (c == '@') return 62;
  if (c == '_') return 63;
  return 64;
}

}  // namespace

ArithExpr* Builder::make_expression(ArithOp op, Span at) {
  return arena.make<ArithExpr>(ArithExpr{.op = op, .span = at});
}

void Builder::add_operand(ArithExpr* expr, uint32_t height_below) {
  check_height(height_below + 1, expr->span);
  operands.push({expr, height_below + 1});
}

bool Builder::has_open_question() const {
  for (size_t i = operators.size(); i > first_operator; --i)
    if (operators[i - 1].form == Form::question) return true;
  return false;
}

void Builder::add_operator(ArithOp op, Form form, uint8_t precedence, uint32_t at) {
  if (form == Form::colon) {
    while (operators.back().form != Form::question) reduce();
    operators.back().form = Form::colon;
    return;
  }
  if (form != Form::prefix) {
    while (operators.size() > first_operator) {
      const ArithOperator& top = operators.back();
      if (top.form == Form::question || top.precedence < precedence ||
          (top.precedence == precedence && groups_right(precedence)))
        break;
      reduce();
    }
    if (changes_operand(op) && operands.back().expr->op != ArithOp::variable)
      fail("E020", operands.back().expr->span, "only a variable can be assigned to");
  }
  operators.push({op, form, precedence, at});
}

void Builder::add_postfix(ArithOp op, uint32_t to) {
  const ArithOperand operand = operands.pop();
  ArithExpr* expr = make_expression(op, {operand.expr->span.begin, to});
  expr->a = operand.expr;
  expr->has_substitution = operand.expr->has_substitution;
  add_operand(expr, operand.height);
}

/// Takes the operator on top and its operands, gives one operand.
void Builder::reduce() {
  const ArithOperator top = operators.pop();
  ArithOperand parts[3] = {};
  const size_t count = top.form == Form::prefix ? 1 : top.form == Form::colon ? 3 : 2;
  for (size_t i = count; i > 0; --i) parts[i - 1] = operands.pop();
  if (top.form == Form::prefix && changes_operand(top.op) && parts[0].expr->op != ArithOp::variable)
    fail("E020", parts[0].expr->span, "only a variable can be assigned to");
  const uint32_t from = top.form == Form::prefix ? top.begin : parts[0].expr->span.begin;
  ArithExpr* expr = make_expression(top.op, {from, parts[count - 1].expr->span.end});
  const ArithExpr** children[] = {&expr->a, &expr->b, &expr->c};
  uint32_t below = 0;
  for (size_t i = 0; i < count; ++i) {
    *children[i] = parts[i].expr;
    expr->has_substitution |= parts[i].expr->has_substitution;
    below = std::max(below, parts[i].height);
  }
  add_operand(expr, below);
}

void Builder::reduce_all() {
  while (operators.size() > first_operator) {
    if (operators.back().form == Form::question)
      fail("E001", {operators.back().begin, operators.back().begin + 1}, "`?` without its `:`",
           "write: condition ? then : else");
    reduce();
  }
}

/// The words that a record would be asked for: r[key] and r["a key"].
std::span<const Word* const> Builder::index_keys(std::span<const ArithExpr* const> indices) {
  if (indices.empty()) return {};
  auto** keys = arena.make_array<const Word*>(indices.size());
  for (size_t i = 0; i < indices.size(); ++i) {
    const ArithExpr& index = *indices[i];
    keys[i] = nullptr;
    if (index.op == ArithOp::word && index.word_operand->is_static) keys[i] = index.word_operand;
    if (index.op != ArithOp::variable || !index.indices.empty()) continue;
    add_bare_word(base + index.span.begin, base + index.span.end);
    keys[i] = words.pop();
  }
  return {keys, indices.size()};
}

namespace {

std::string octal_advice(std::string_view text) {
  const auto meant = octal_slip(text);
  if (!meant) return "a leading 0 means octal; 0x… is hexadecimal, 2#… binary";
  return meant->starts_with("10#") ? fmt::format("a leading 0 means octal; write: {}", *meant)
                                   : fmt::format("write: {}", *meant);
}

}  // namespace

/// 12, 0x1f, 017, 16#ff (POSIX and bash). A value that does not fit 64 bits is an error (D11).
void Builder::add_number(const char* from, const char* to) {
  const Span at = span(from, to);
  const std::string_view text(from, static_cast<size_t>(to - from));
  std::string_view digits = text;
  int number_base = 10;
  if (text.contains('.'))
    fail("E018", at,
         fmt::format("{} is not an integer, and $((…)) and ((…)) are integer arithmetic", text),
         "write: math EXPRESSION");
  if (const size_t hash = text.find('#'); hash != std::string_view::npos) {
    number_base = 0;
    for (char c : text.substr(0, hash)) number_base = std::min(1000, number_base * 10 + (c - '0'));
    if (number_base < 2 || number_base > 64)
      fail("E019", at, "the base of a number is from 2 to 64");
    digits = text.substr(hash + 1);
  } else if (text.starts_with("0x") || text.starts_with("0X")) {
    number_base = 16;
    digits = text.substr(2);
  } else if (text.size() > 1 && text[0] == '0') {
    number_base = 8;
    digits = text.substr(1);
  }
  uint64_t value = 0;
  bool fits = true;
  for (char c : digits) {
    const int digit = digit_value(c, number_base);
    if (digit >= number_base)
      fail("E019", at, fmt::format("{} is not a number in base {}", text, number_base),
           text[0] == '0' && digits.data() == text.data() + 1 ? octal_advice(text) : "");
    const auto step = static_cast<uint64_t>(number_base);
    fits =
        fits && value <= (static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(digit)) / step;
    if (fits) value = value * step + static_cast<uint64_t>(digit);
  }
  if (digits.empty()) fail("E019", at, fmt::format("{} has no digits", text));
  // The lowest integer has no positive twin: -9223372036854775808 is one number.
  const bool negated = operators.size() > first_operator &&
                       operators.back().op == ArithOp::negate &&
                       operators.back().form == Form::prefix;
  if (!fits && negated && number_base == 10 && digits == "9223372036854775808") {
    ArithExpr* lowest = make_expression(ArithOp::number, {operators.pop().begin, at.end});
    lowest->number = INT64_MIN;
    return add_operand(lowest, 0);
  }
  if (!fits) fail("E019", at, fmt::format("{} does not fit into 64 bits", text));
  ArithExpr* expr = make_expression(ArithOp::number, at);
  expr->number = static_cast<int64_t>(value);
  add_operand(expr, 0);
}

}  // namespace weir::parser
