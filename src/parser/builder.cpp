#include "parser/builder.h"

#include <fmt/core.h>

#include "parser/parser.h"

namespace weir::parser {

const uint32_t OpenConstruct::kMaxDepth = kMaxNesting;

namespace {

/// How high the tree of one expression or test may grow; its readers recurse.
constexpr uint32_t kMaxHeight = 1000;

}  // namespace

Builder::Builder(Unit& unit_)
    : unit(unit_),
      arena(unit_.arena),
      base(unit_.source.data()),
      end(unit_.source.data() + unit_.source.size()) {}

void Builder::fail(std::string code, Span at, std::string message, std::string help) const {
  throw SyntaxError{
      Diagnostic{Severity::error, std::move(code), std::move(message), std::move(help), at},
      false,
      {}};
}

void Builder::fail_too_deep(const char* at) const {
  const uint32_t here = offset(at);
  fail("E017", {here == 0 ? 0 : here - 1, here},
       fmt::format("nested deeper than {} levels", kMaxNesting),
       "put the inner part into a function");
}

void Builder::check_height(uint32_t value, Span at) const {
  if (value > kMaxHeight)
    fail("E017", at,
         fmt::format("an expression with more than {} operators on one path", kMaxHeight),
         "split it");
}

// ---- values ---------------------------------------------------------------------------

void Builder::add_word_value() {
  const Word* word = words.pop();
  values.push(arena.make<ValueExpr>(ValueExpr{.kind = ValueKind::word,
                                              .span = word->span,
                                              .word = word,
                                              .items = {},
                                              .entries = {},
                                              .has_substitution = word->has_substitution}));
}

// ---- tests ------------------------------------------------------------------------------

void Builder::add_test(TestExpr* expr, uint32_t height_below) {
  check_height(height_below + 1, expr->span);
  tests.push({expr, height_below + 1});
}

void Builder::join_tests(TestOp op) {
  const TestNode right = tests.pop();
  const TestNode left = tests.pop();
  auto* both = arena.make<TestExpr>(
      TestExpr{.op = op, .span = {left.expr->span.begin, right.expr->span.end}});
  both->a = left.expr;
  both->b = right.expr;
  both->has_substitution = left.expr->has_substitution || right.expr->has_substitution;
  add_test(both, std::max(left.height, right.height));
}

}  // namespace weir::parser
