// Tests: see actions.h and grammar_tests.h.
#pragma once

#include "parser/actions.h"

namespace weir::parser {

namespace g = grammar;

template <TestOp Op, g::Text T>
struct action<g::test_operator<Op, T>> {
  static void apply0(Builder& b) { b.test_op = Op; }
};
template <TestOp Op, g::Text T>
struct action<g::test_sign<Op, T>> {
  static void apply0(Builder& b) { b.test_op = Op; }
};

/// One test without `!`, `&&`, `||`: its words are on the stacks.
struct TestFrame : FrameBase {
  TestFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        op(b.test_op, TestOp::nonempty),
        height(b.height, 0),
        words(b.words.size()),
        values(b.values.size()) {}
  void abandon() { b.words.truncate(words); }
  void finish(const char*) {
    auto* test = b.arena.make<TestExpr>(TestExpr{.op = b.test_op, .span = {}});
    test->left = b.words[words];
    uint32_t end = test->left->span.end;
    test->has_substitution = test->left->has_substitution;
    if (b.words.size() > words + 1) {
      test->right = b.words[words + 1];
      test->has_substitution |= test->right->has_substitution;
      end = test->right->span.end;
    }
    if (b.values.size() > values) {
      test->right_value = b.values.pop();
      test->has_substitution |= test->right_value->has_substitution;
      end = test->right_value->span.end;
    }
    test->span = {b.offset(begin), end};
    b.words.truncate(words);
    b.add_test(test, b.height);
  }
  Saved<TestOp> op;
  Saved<uint32_t> height;
  size_t words;
  size_t values;
};
template <>
struct action<g::unary_test> : framed<TestFrame> {};
template <>
struct action<g::word_test> : framed<TestFrame> {};

template <>
struct action<g::test_bang> {
  static void apply0(Builder& b) { ++b.negations; }
};
struct TestTermFrame : FrameBase {
  TestTermFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), negations(b.negations, 0) {}
  void finish(const char*) {
    if (b.negations % 2 == 0) return;
    const TestNode inner = b.tests.pop();
    auto* test = b.arena.make<TestExpr>(
        TestExpr{.op = TestOp::logical_not, .span = {b.offset(begin), inner.expr->span.end}});
    test->a = inner.expr;
    test->has_substitution = inner.expr->has_substitution;
    b.add_test(test, inner.height);
  }
  Saved<uint32_t> negations;
};
template <>
struct action<g::test_term> : framed<TestTermFrame> {};
template <>
struct action<g::test_and_tail> {
  static void apply0(Builder& b) { b.join_tests(TestOp::logical_and); }
};
template <>
struct action<g::test_or_tail> {
  static void apply0(Builder& b) { b.join_tests(TestOp::logical_or); }
};

struct TestCommandFrame : FrameBase {
  using FrameBase::FrameBase;
  void finish(const char* end) {
    const TestNode test = b.tests.pop();
    b.height = std::max(b.height, test.height);
    auto* command = b.arena.make<TestCommand>();
    command->kind = CommandKind::test;
    command->span = span_to(end);
    command->expr = test.expr;
    command->has_substitution = test.expr->has_substitution;
    b.commands.push(command);
  }
};
template <>
struct action<g::test_command> : framed<TestCommandFrame> {};

}  // namespace weir::parser
