// Values and assignments: see actions.h and grammar_values.h.
#pragma once

#include "parser/actions.h"

namespace weir::parser {

namespace g = grammar;

struct WordValue {
  static void apply0(Builder& b) { b.add_word_value(); }
};
template <>
struct action<g::element_word> : WordValue {};
template <>
struct action<g::assigned_word> : WordValue {};
template <>
struct action<g::head_word> : WordValue {};
template <>
struct action<g::tested_word> : WordValue {};

struct ListLiteralFrame : FrameBase {
  ListLiteralFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), mark(b.values.size()) {}
  void abandon() { b.values.truncate(mark); }
  void finish(const char* end) {
    auto* list = b.arena.make<ValueExpr>(ValueExpr{.kind = ValueKind::list, .span = span_to(end)});
    list->items = b.values.take(b.arena, mark);
    for (const ValueExpr* item : list->items) list->has_substitution |= item->has_substitution;
    b.values.push(list);
  }
  size_t mark;
};
template <>
struct action<g::list_literal> : framed<ListLiteralFrame> {};

struct RecordLiteralFrame : FrameBase {
  RecordLiteralFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), mark(b.entries.size()) {}
  void abandon() { b.entries.truncate(mark); }
  void finish(const char* end) {
    auto* record =
        b.arena.make<ValueExpr>(ValueExpr{.kind = ValueKind::record, .span = span_to(end)});
    record->entries = b.entries.take(b.arena, mark);
    for (const RecordEntry& entry : record->entries)
      record->has_substitution |=
          entry.value->has_substitution || (entry.key != nullptr && entry.key->has_substitution);
    b.values.push(record);
  }
  size_t mark;
};
template <>
struct action<g::record_literal> : framed<RecordLiteralFrame> {};
template <>
struct action<g::spread_entry> {
  static void apply0(Builder& b) { b.entries.push({nullptr, b.values.pop(), true}); }
};
template <>
struct action<g::keyed_entry> {
  static void apply0(Builder& b) {
    const ValueExpr* value = b.values.pop();
    b.entries.push({b.words.pop(), value, false});
  }
};

// ---- assignments ------------------------------------------------------------------------

template <>
struct action<g::assigned_name> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.assigning.name = b.span(in.begin(), in.end());
  }
};
template <>
struct action<g::append_sign> {
  static void apply0(Builder& b) { b.assigning.append = true; }
};

struct AssignmentFrame : FrameBase {
  AssignmentFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        draft(b.assigning, {}),
        subscripts(b.subscripts.size()),
        values(b.values.size()) {}
  void abandon() { b.subscripts.truncate(subscripts); }
  void finish(const char* end) {
    Assignment made;
    made.span = span_to(end);
    made.name_span = b.assigning.name;
    made.name = b.unit.text(made.name_span);
    made.name_hash = hash_name(made.name);
    made.append = b.assigning.append;
    made.path = b.subscripts.take(b.arena, subscripts);
    made.value = b.values.size() > values ? b.values.pop() : nullptr;
    for (const Subscript& step : made.path)
      if (step.slice) b.fail("E020", step.span, "a slice cannot be assigned to");
    b.assignments.push(made);
  }
  Saved<AssignmentDraft> draft;
  size_t subscripts;
  size_t values;
};
template <>
struct action<g::assignment_text> : framed<AssignmentFrame> {};

inline bool has_substitution(const Assignment& assignment) {
  if (assignment.value != nullptr && assignment.value->has_substitution) return true;
  for (const Subscript& step : assignment.path)
    if (step.index->has_substitution) return true;
  return false;
}

}  // namespace weir::parser
