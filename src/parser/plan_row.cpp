#include "parser/plan_row.h"

#include <algorithm>

#include "parser/operator_names.h"

namespace weir::parser {

namespace {

std::string_view name_of(Construct construct) {
  switch (construct) {
    case Construct::unit:
      return "text";
    case Construct::function:
      return "function";
    case Construct::group:
      return "group";
    case Construct::subshell:
      return "subshell";
    case Construct::if_condition:
      return "if-condition";
    case Construct::if_branch:
      return "if-branch";
    case Construct::loop_condition:
      return "loop-condition";
    case Construct::loop_body:
      return "loop-body";
    case Construct::case_item:
      return "case-item";
    case Construct::and_then:
      return "and";
    case Construct::or_else:
      return "or";
    case Construct::stage:
      return "stage";
    case Construct::worker:
      return "worker";
    case Construct::background:
      return "background";
    case Construct::substitution:
      return "substitution";
    case Construct::process:
      return "process-substitution";
    case Construct::trap:
      return "trap";
  }
  return "";
}

/// From the outermost to the innermost.
Values around(const Place& place) {
  Values all;
  for (const Place* at = &place; at->outer != nullptr; at = at->outer)
    all.emplace_back(name_of(at->construct));
  std::ranges::reverse(all);
  return all;
}

bool is_in_background(const Place& place) {
  for (const Place* at = &place; at != nullptr; at = at->outer)
    if (at->construct == Construct::background) return true;
  return false;
}

Values kinds_of(const Unknowns& unknown) {
  const std::pair<bool, const char*> kinds[] = {{unknown.name, "name"},
                                                {unknown.arguments, "arguments"},
                                                {unknown.redirects, "redirects"},
                                                {unknown.assignments, "assignments"},
                                                {unknown.code, "code"}};
  Values all;
  for (const auto& [is_unknown, kind] : kinds)
    if (is_unknown) all.emplace_back(kind);
  return all;
}

Value source(const Unit& unit, Span span) {
  return Value(Record{{"source", Value(unit.text(span))}});
}

Value text_or_source(const Unit& unit, const Word& word, bool& is_unknown) {
  if (word.is_static && !word.spread) return Value(word.text);
  is_unknown = true;
  return source(unit, word.span);
}

/// The value of `name=text`; nothing where it is not that simple.
std::optional<std::string_view> static_value(const Assignment& one) {
  if (!one.path.empty() || one.append) return std::nullopt;
  if (one.value == nullptr) return "";
  if (one.value->kind != ValueKind::word || !one.value->word->is_static) return std::nullopt;
  return one.value->word->text;
}

}  // namespace

void PlanRow::set_name(const Unit& unit, const Word& word) {
  name = text_or_source(unit, word, unknown.name);
}

void PlanRow::add_argument(const Unit& unit, const Word& word) {
  arguments.push_back(text_or_source(unit, word, unknown.arguments));
}

void PlanRow::add_redirects(const Unit& unit, const Command& command) {
  for (const Redirect& one : command.redirects) {
    Record record{{"op", Value(parser::name_of(one.op))}};
    if (!one.fd_variable.empty())
      record.set("fd", Value(one.fd_variable));
    else
      record.set("fd", one.fd >= 0 ? Value(one.fd) : Value());
    record.set("target", text_or_source(unit, *one.target, unknown.redirects));
    redirects.emplace_back(std::move(record));
  }
}

void PlanRow::add_assignment(const Unit& unit, const Assignment& assignment) {
  const auto value = static_value(assignment);
  unknown.assignments |= !value;
  assignments.emplace_back(
      Record{{"name", Value(assignment.name)},
             {"value", value ? Value(*value) : source(unit, assignment.span)}});
}

void PlanRow::add_set_name(const Unit& unit, std::string_view set) {
  unknown.assignments = true;
  assignments.emplace_back(Record{{"name", Value(set)}, {"value", source(unit, at)}});
}

Value PlanRow::to_value(const Unit& unit, Unit::Position position, const Place& place) && {
  return Value(
      Record{{"line", Value(int64_t{position.line})},
             {"column", Value(int64_t{position.column})},
             {"kind", Value(kind)},
             {"name", std::move(name)},
             {"arguments", Value(std::move(arguments))},
             {"redirects", Value(std::move(redirects))},
             {"assignments", Value(std::move(assignments))},
             {"dynamic", Value(kinds_of(unknown))},
             {"function", place.function != nullptr ? Value(place.function->name) : Value()},
             {"in", Value(around(place))},
             {"background", Value(is_in_background(place))},
             {"text", Value(unit.text(at))}});
}

}  // namespace weir::parser
