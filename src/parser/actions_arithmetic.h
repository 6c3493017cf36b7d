// Arithmetic: see actions.h, grammar_arithmetic.h and arithmetic_builder.cpp.
#pragma once

#include "parser/actions.h"

namespace weir::parser {

namespace g = grammar;
using ArithForm = ArithOperator::Form;

template <ArithOp Op, int Precedence, g::Text T>
struct action<g::infix<Op, Precedence, T>> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_operator(Op, ArithForm::infix, Precedence, b.offset(in.begin()));
  }
};
template <ArithOp Op, g::Text T>
struct action<g::prefix<Op, T>> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_operator(Op, ArithForm::prefix, 15, b.offset(in.begin()));
  }
};
template <ArithOp Op, g::Text T>
struct action<g::postfix<Op, T>> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_postfix(Op, b.offset(in.end()));
  }
};
template <>
struct action<g::question> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_operator(ArithOp::conditional, ArithForm::question, 3, b.offset(in.begin()));
  }
};
template <>
struct action<g::colon> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_operator(ArithOp::conditional, ArithForm::colon, 3, b.offset(in.begin()));
  }
};

template <>
struct action<g::number> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_number(in.begin(), in.end());
  }
};

/// Text that is known only when it runs: its expressions count for the height.
struct WordOperandFrame : FrameBase {
  WordOperandFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        height(b.height, 0),
        first_piece(b.first_piece, b.pieces.size()),
        first_brace(b.first_brace, b.braces.size()) {}
  void abandon() { b.pieces.truncate(b.first_piece); }
  void finish(const char* end) {
    Word* word = b.make_word(b.first_piece, b.offset(begin), b.offset(end));
    ArithExpr* expr = b.make_expression(ArithOp::word, span_to(end));
    expr->word_operand = word;
    expr->has_substitution = word->has_substitution;
    b.add_operand(expr, b.height);
  }
  Saved<uint32_t> height;
  Saved<size_t> first_piece;
  Saved<size_t> first_brace;
};
template <>
struct action<g::word_operand> : framed<WordOperandFrame> {};

// ---- variables and their subscripts ----------------------------------------------------------

template <>
struct action<g::variable_name> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.names.push({{in.begin(), in.size()}, b.span(in.begin(), in.end())});
  }
};

struct VariableFrame : FrameBase {
  VariableFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), height(b.height, 0), mark(b.expressions.size()) {}
  void finish(const char* end) {
    const NameRef name = b.names.pop();
    ArithExpr* expr = b.make_expression(ArithOp::variable, span_to(end));
    expr->name = name.text;
    expr->name_hash = hash_name(name.text);
    expr->indices = b.expressions.take(b.arena, mark);
    expr->keys = b.index_keys(expr->indices);
    for (const ArithExpr* index : expr->indices) expr->has_substitution |= index->has_substitution;
    b.add_operand(expr, b.height);
  }
  Saved<uint32_t> height;
  size_t mark;
};
template <>
struct action<g::variable> : framed<VariableFrame> {};

struct ExpressionFrame : FrameBase {
  ExpressionFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        first_operator(b.first_operator, b.operators.size()),
        quoted(b.quoted, false),
        operands(b.operands.size()),
        height(b.height) {}
  void abandon() {
    b.operators.truncate(b.first_operator);
    b.operands.truncate(operands);
  }
  void finish(const char*) {
    b.reduce_all();
    const ArithOperand made = b.operands.pop();
    b.height = std::max(height, made.height);
    b.expressions.push(made.expr);
  }
  Saved<size_t> first_operator;
  Saved<bool> quoted;
  size_t operands;
  uint32_t height;
};
template <>
struct action<g::arithmetic_expression> : framed<ExpressionFrame> {};

/// ( … ) is its inner expression.
struct ParenthesisFrame : FrameBase {
  ParenthesisFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), height(b.height, 0) {}
  void finish(const char*) { b.operands.push({b.expressions.pop(), b.height}); }
  Saved<uint32_t> height;
};
template <>
struct action<g::parenthesized> : framed<ParenthesisFrame> {};

}  // namespace weir::parser
