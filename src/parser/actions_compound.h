// Compound commands and functions: see actions.h and grammar_commands.h.
#pragma once

#include "parser/actions_commands.h"

namespace weir::parser {

namespace g = grammar;

/// Makes one node of `Node` when its rule ends; `fill` takes the parts.
template <class Node, CommandKind Kind>
struct CompoundFrame : FrameBase {
  using FrameBase::FrameBase;
  Node* make(const char* end) {
    auto* node = b.arena.make<Node>();
    node->kind = Kind;
    node->span = span_to(end);
    b.commands.push(node);
    return node;
  }
};

template <CommandKind Kind>
struct BodyOnlyFrame : CompoundFrame<GroupCommand, Kind> {
  using CompoundFrame<GroupCommand, Kind>::CompoundFrame;
  void finish(const char* end) { this->make(end)->body = this->b.lists.pop(); }
};
template <>
struct action<g::group> : framed<BodyOnlyFrame<CommandKind::group>> {};
template <>
struct action<g::subshell> : framed<BodyOnlyFrame<CommandKind::subshell>> {};

struct ArithmeticCommandFrame : CompoundFrame<ArithmeticCommand, CommandKind::arithmetic> {
  ArithmeticCommandFrame(Builder& builder, const char* at)
      : CompoundFrame(builder, at), mark(b.expressions.size()) {}
  void finish(const char* end) {
    auto* command = make(end);
    command->expr = b.expressions.size() > mark ? b.expressions.pop() : nullptr;
    command->has_substitution = command->expr != nullptr && command->expr->has_substitution;
  }
  size_t mark;
};
template <>
struct action<g::arithmetic_command> : framed<ArithmeticCommandFrame> {};

template <>
struct action<g::if_branch> {
  static void apply0(Builder& b) {
    const List* body = b.lists.pop();
    b.branches.push({b.lists.pop(), body});
  }
};
template <>
struct action<g::else_branch> {
  static void apply0(Builder& b) { b.branches.push({nullptr, b.lists.pop()}); }
};
struct IfFrame : CompoundFrame<IfCommand, CommandKind::if_> {
  IfFrame(Builder& builder, const char* at) : CompoundFrame(builder, at), mark(b.branches.size()) {}
  void finish(const char* end) { make(end)->branches = b.branches.take(b.arena, mark); }
  size_t mark;
};
template <>
struct action<g::if_command> : framed<IfFrame> {};

template <bool Until>
struct WhileFrame : CompoundFrame<WhileCommand, CommandKind::while_> {
  using CompoundFrame::CompoundFrame;
  void finish(const char* end) {
    auto* command = make(end);
    command->until = Until;
    command->body = b.lists.pop();
    command->condition = b.lists.pop();
  }
};
template <>
struct action<g::while_command> : framed<WhileFrame<false>> {};
template <>
struct action<g::until_command> : framed<WhileFrame<true>> {};

// ---- for -----------------------------------------------------------------------------------

struct PushName {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.names.push({{in.begin(), in.size()}, b.span(in.begin(), in.end())});
  }
};
template <>
struct action<g::for_name> : PushName {};
template <>
struct action<g::function_name> : PushName {};
template <>
struct action<g::for_in> {
  static void apply0(Builder& b) { b.names.back().has_in = true; }
};

struct ForPartFrame : FrameBase {
  ForPartFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), mark(b.expressions.size()) {}
  void finish(const char*) {
    if (b.expressions.size() == mark) b.expressions.push(nullptr);
  }
  size_t mark;
};
template <>
struct action<g::for_part> : framed<ForPartFrame> {};

struct ForFrame : FrameBase {
  ForFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), values(b.values.size()), expressions(b.expressions.size()) {}
  void finish(const char* end) {
    if (b.expressions.size() > expressions)
      finish_arithmetic(end);
    else
      finish_in(end);
  }
  void finish_arithmetic(const char* end) {
    auto* command = b.arena.make<ForArithCommand>();
    command->kind = CommandKind::for_arith;
    command->span = span_to(end);
    command->step = b.expressions.pop();
    command->condition = b.expressions.pop();
    command->init = b.expressions.pop();
    for (const ArithExpr* part : {command->init, command->condition, command->step})
      command->has_substitution |= part != nullptr && part->has_substitution;
    command->body = b.lists.pop();
    b.commands.push(command);
  }
  void finish_in(const char* end) {
    auto* command = b.arena.make<ForInCommand>();
    const NameRef name = b.names.pop();
    command->kind = CommandKind::for_in;
    command->span = span_to(end);
    command->name = name.text;
    command->name_span = name.span;
    command->name_hash = hash_name(name.text);
    command->has_in = name.has_in;
    command->items = b.values.take(b.arena, values);
    for (const ValueExpr* item : command->items)
      command->has_substitution |= item->has_substitution;
    command->body = b.lists.pop();
    b.commands.push(command);
  }
  size_t values;
  size_t expressions;
};
template <>
struct action<g::for_command> : framed<ForFrame> {};

// ---- case
// ----------------------------------------------------------------------------------------

template <>
struct action<g::case_subject> {
  static void apply0(Builder& b) { b.add_word_value(); }
};
template <>
struct action<g::case_end_mark> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.case_end = in.size() == 3         ? CaseEnd::test_next
                 : in.begin()[1] == '&' ? CaseEnd::fall_through
                                        : CaseEnd::stop;
  }
};
struct CaseItemFrame : FrameBase {
  CaseItemFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), end_mark(b.case_end, CaseEnd::stop), mark(b.words.size()) {}
  void finish(const char*) {
    const auto patterns = b.words.take(b.arena, mark);
    b.case_items.push({{patterns.data(), patterns.size()}, b.lists.pop(), b.case_end});
  }
  Saved<CaseEnd> end_mark;
  size_t mark;
};
template <>
struct action<g::case_item> : framed<CaseItemFrame> {};

struct CaseFrame : CompoundFrame<CaseCommand, CommandKind::case_> {
  CaseFrame(Builder& builder, const char* at)
      : CompoundFrame(builder, at), mark(b.case_items.size()) {}
  void finish(const char* end) {
    auto* command = make(end);
    command->subject = b.values.pop();
    command->items = b.case_items.take(b.arena, mark);
    command->has_substitution = command->subject->has_substitution;
    for (const CaseItem& item : command->items)
      for (const Word* pattern : item.patterns)
        command->has_substitution |= pattern->has_substitution;
  }
  size_t mark;
};
template <>
struct action<g::case_command> : framed<CaseFrame> {};

// ---- what follows, and functions
// --------------------------------------------------------------------

struct RedirectedFrame : FrameBase {
  RedirectedFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), redirects(b.redirects.size()) {}
  void finish(const char*) {
    if (b.redirects.size() == redirects) return;
    Command& command = *b.commands.back();
    command.redirects = b.redirects.take(b.arena, redirects);
    b.finish_redirects(command);
  }
  size_t redirects;
};
template <>
struct action<g::compound_command> : framed<RedirectedFrame> {};

struct FunctionFrame : CompoundFrame<FunctionCommand, CommandKind::function> {
  FunctionFrame(Builder& builder, const char* at)
      : CompoundFrame(builder, at), names(b.names.size()) {}
  void abandon() { b.names.truncate(names); }
  void finish(const char* end) {
    const Command* body = b.commands.pop();
    const NameRef name = b.names.pop();
    auto* command = make(end);
    command->body = body;
    command->name = name.text;
    command->name_span = name.span;
  }
  size_t names;
};
template <>
struct action<g::function_definition> : framed<FunctionFrame> {};

}  // namespace weir::parser
