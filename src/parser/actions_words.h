// Words: see actions.h and grammar_words.h.
#pragma once

#include "parser/actions.h"
#include "parser/ansi_quote.h"
#include "parser/here_document.h"

namespace weir::parser {

namespace g = grammar;

// ---- literals -----------------------------------------------------------------------

template <class Rule>
struct action<g::raw<Rule>> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_literal(in.begin(), in.end(), b.quoted);
  }
};
template <>
struct action<g::escaped> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_literal(in.begin(), in.end(), true);
  }
};
template <>
struct action<g::single_text> : action<g::escaped> {};
template <>
struct action<g::lone_dollar> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_literal(in.begin(), in.end(), b.quoted);
  }
};
template <>
struct action<g::ansi_text> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_literal(decode_ansi_quote(b.arena, {in.begin(), in.size()}), b.span(in.begin(), in.end()),
                  true);
  }
};

template <WordMode Mode>
struct action<g::tilde<Mode>> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.pieces.push({b.arena.make<TildePart>(
        TildePart{{.kind = PartKind::tilde, .span = b.span(in.begin(), in.end())},
                  {in.begin() + 1, in.size() - 1}})});
  }
};

/// Quotes keep even nothing: "" is a word.
struct DoubleQuoteFrame : FrameBase {
  DoubleQuoteFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), quoted(b.quoted, true), mark(b.pieces.size()) {}
  void finish(const char* end) {
    if (b.pieces.size() == mark) b.add_literal(std::string_view(end - 1, 0), span_to(end), true);
  }
  Saved<bool> quoted;
  size_t mark;
};
template <>
struct action<g::double_quoted> : framed<DoubleQuoteFrame> {};

template <>
struct action<g::brace_open> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.open_brace(in.begin());
  }
};
template <>
struct action<g::brace_comma> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.brace_comma(in.begin());
  }
};
template <>
struct action<g::brace_close> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.close_brace(in.begin());
  }
};

// ---- expansions -----------------------------------------------------------------------

template <>
struct action<g::simple_parameter> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    const char* from = in.begin() + 1;
    while (is_join(from, in.end())) from += 2;
    const std::string_view name(from, static_cast<size_t>(in.end() - from));
    b.pieces.push({b.arena.make<ParameterPart>(ParameterPart{
        {.kind = PartKind::parameter, .quoted = b.quoted, .span = b.span(in.begin(), in.end())},
        name,
        hash_name(name)})});
  }
};

/// $(…), <(…), >(…) and $((…)): a world of its own inside of a word.
struct NestedFrame : FrameBase {
  NestedFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        quoted(b.quoted, false),
        first_pending(b.first_pending, b.pending.size()) {}
  Saved<bool> quoted;
  Saved<size_t> first_pending;
};

struct CommandSubstitutionFrame : NestedFrame {
  using NestedFrame::NestedFrame;
  void finish(const char* end) {
    b.pieces.push({b.arena.make<CommandPart>(
        CommandPart{{.kind = PartKind::command, .quoted = quoted.before(), .span = span_to(end)},
                    b.lists.pop()})});
  }
};
template <>
struct action<g::command_substitution> : framed<CommandSubstitutionFrame> {};

struct ProcessSubstitutionFrame : NestedFrame {
  using NestedFrame::NestedFrame;
  void finish(const char* end) {
    b.pieces.push({b.arena.make<ProcessPart>(ProcessPart{
        {.kind = PartKind::process, .span = span_to(end)}, b.lists.pop(), *begin == '>'})});
  }
};
template <>
struct action<g::process_substitution> : framed<ProcessSubstitutionFrame> {};

struct ArithmeticExpansionFrame : NestedFrame {
  ArithmeticExpansionFrame(Builder& builder, const char* at)
      : NestedFrame(builder, at), mark(b.expressions.size()) {}
  void finish(const char* end) {
    const ArithExpr* expr = b.expressions.size() > mark ? b.expressions.pop() : nullptr;
    b.pieces.push({b.arena.make<ArithmeticPart>(ArithmeticPart{
        {.kind = PartKind::arithmetic, .quoted = quoted.before(), .span = span_to(end)}, expr})});
  }
  size_t mark;
};
template <>
struct action<g::arithmetic_expansion> : framed<ArithmeticExpansionFrame> {};

// ---- ${…} -------------------------------------------------------------------------------

struct BracedParameterFrame : FrameBase {
  BracedParameterFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), parameter(b.parameter), mark(b.subscripts.size()) {
    b.parameter = b.arena.make<ParameterPart>();
  }
  void finish(const char* end) {
    ParameterPart& part = *b.parameter;
    part.kind = PartKind::parameter;
    part.quoted = b.quoted;
    part.braced = true;
    part.span = span_to(end);
    part.name_hash = hash_name(part.name);
    part.path = b.subscripts.take(b.arena, mark);
    b.pieces.push({&part});
  }
  Saved<ParameterPart*> parameter;
  size_t mark;
};
template <>
struct action<g::braced_parameter> : framed<BracedParameterFrame> {};

template <>
struct action<g::braced_name> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.parameter->name = {in.begin(), in.size()};
  }
};

struct LengthFrame : FrameBase {
  LengthFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), mark(b.subscripts.size()) {}
  void finish(const char*) { b.parameter->op = ParameterOp::length; }
  void abandon() { b.subscripts.truncate(mark); }
  size_t mark;
};
template <>
struct action<g::length_of> : framed<LengthFrame> {};

struct SubscriptFrame : FrameBase {
  SubscriptFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), draft(b.subscript, {}), quoted(b.quoted, false) {}
  void finish(const char* end) {
    const SubscriptDraft& made = b.subscript;
    if (made.begin == nullptr && !made.slice)
      b.fail("E028", span_to(end), "an empty subscript",
             "write a key, an index or a slice such as [1:3]");
    b.subscripts.push({made.begin, made.end, made.slice, span_to(end)});
  }
  Saved<SubscriptDraft> draft;
  Saved<bool> quoted;
};
template <>
struct action<g::subscript> : framed<SubscriptFrame> {};
template <>
struct action<g::index_begin> {
  static void apply0(Builder& b) { b.subscript.begin = b.words.pop(); }
};
template <>
struct action<g::index_end> {
  static void apply0(Builder& b) { b.subscript.end = b.words.pop(); }
};
template <>
struct action<g::slice_colon> {
  static void apply0(Builder& b) { b.subscript.slice = true; }
};

template <ParameterOp Op, bool Colon, char... Chars>
struct action<g::operation<Op, Colon, Chars...>> {
  static void apply0(Builder& b) {
    b.parameter->op = Op;
    b.parameter->colon = Colon;
  }
};
template <>
struct action<g::fallback_operand> {
  static void apply0(Builder& b) { b.parameter->operand = b.words.pop(); }
};

/// Patterns are unquoted text, even in "${x#*.}".
struct PatternFrame : FrameBase {
  PatternFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), quoted(b.quoted, false) {}
  void finish(const char*) { b.parameter->operand = b.words.pop(); }
  Saved<bool> quoted;
};
template <>
struct action<g::pattern_operand> : framed<PatternFrame> {};
template <>
struct action<g::replaced_operand> : framed<PatternFrame> {};

struct ReplacementFrame : PatternFrame {
  using PatternFrame::PatternFrame;
  void finish(const char*) { b.parameter->replacement = b.words.pop(); }
};
template <>
struct action<g::replacement_operand> : framed<ReplacementFrame> {};

// ---- words --------------------------------------------------------------------------------

template <WordMode Mode>
struct action<g::bare_word<Mode>> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_bare_word(in.begin(), in.end());
  }
};

struct WordFrame : FrameBase {
  WordFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        first_piece(b.first_piece, b.pieces.size()),
        first_brace(b.first_brace, b.braces.size()),
        spread(b.spread, false) {}
  void abandon() {
    b.pieces.truncate(b.first_piece);
    b.braces.truncate(b.first_brace);
  }
  void finish(const char* end) {
    b.braces.truncate(b.first_brace);
    Word* word = b.make_word(b.first_piece, b.offset(begin), b.offset(end));
    word->spread = b.spread;
    if (word->spread && word->parts.size() != 1)
      b.fail("E027", word->span, "... spreads a whole argument, and here more is glued to it",
             "separate it by a blank");
    if (word->is_static && word->text == "}" && !word->has_quotes) b.lone_brace = word->span.begin;
    b.words.push(word);
  }
  Saved<size_t> first_piece;
  Saved<size_t> first_brace;
  Saved<bool> spread;
};
template <WordMode Mode>
struct action<g::word<Mode>> : framed<WordFrame> {};
template <>
struct action<g::spread_dots> {
  static void apply0(Builder& b) { b.spread = true; }
};

}  // namespace weir::parser
