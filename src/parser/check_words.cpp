// Words that look like something which they are not (067, 068).
#include <fmt/core.h>

#include <algorithm>

#include "base/name.h"
#include "parser/bytes.h"
#include "parser/checks.h"

namespace weir::parser {

namespace {

// ---- {1..$n} ------------------------------------------------------------------------

constexpr char kExpansion = '\x01';
constexpr char kQuoted = '\x02';

/// The word with a mark for each part that is not unquoted text.
std::string skeleton(const Word& word) {
  std::string text;
  for (const Part* part : word.parts) {
    if (part->kind != PartKind::literal)
      text += kExpansion;
    else if (part->quoted)
      text += kQuoted;
    else
      text += static_cast<const LiteralPart*>(part)->text;
  }
  return text;
}

bool is_range_with_expansion(const Word& word) {
  const std::string text = skeleton(word);
  const size_t open = text.find('{');
  const size_t close = open == std::string::npos ? open : text.find('}', open);
  if (close == std::string::npos) return false;
  const std::string_view inside = std::string_view(text).substr(open + 1, close - open - 1);
  return inside.find("..") != std::string_view::npos &&
         inside.find(kExpansion) != std::string_view::npos;
}

// ---- assignments that are none ---------------------------------------------------------

void report_assignment(CheckReport& report, Span span, std::string_view name,
                       std::string_view value) {
  report.warning(Check::no_assignment, span,
                 "this runs a command; an assignment has no blanks around its =",
                 fmt::format("write: {}={}", name, value), name);
}

bool begins_with_equals(const Word& word) {
  return word.is_static && !word.has_quotes && word.text.starts_with('=');
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return kDigits[c]; });
}

/// `x = 5`, `x =5` and `x= 5`.
void check_blanks(CheckReport& report, const Call& call) {
  const auto words = call.words;
  if (words.size() >= 2 && begins_with_equals(*words[1]) && words[1]->text != "==" &&
      is_name(call.name) && !call.is_builtin() && !report.shell.is_function(call.name)) {
    std::string_view value = words[1]->text.substr(1);
    if (value.empty() && words.size() > 2) value = report.unit->text(words[2]->span);
    report_assignment(report, {words[0]->span.begin, words[1]->span.end}, call.name, value);
  }
  const auto assignments = call.command.assignments;
  if (assignments.size() == 1 && assignments[0].value == nullptr && is_number(call.name))
    report_assignment(report, {assignments[0].span.begin, words[0]->span.end}, assignments[0].name,
                      call.name);
}

/// `$x=5`, and `[$x` or `[[$x` without the blank.
void check_command_word(CheckReport& report, const Word& word) {
  if (word.is_static || word.parts.size() < 2) return;
  const auto text = [](const Part* part) {
    return part->kind == PartKind::literal && !part->quoted
               ? static_cast<const LiteralPart*>(part)->text
               : std::string_view();
  };
  if (word.parts[0]->kind == PartKind::parameter && !word.parts[0]->quoted &&
      text(word.parts[1]).starts_with('=')) {
    const auto& parameter = static_cast<const ParameterPart&>(*word.parts[0]);
    if (is_name(parameter.name))
      report.warning(
          Check::no_assignment, word.span,
          "this runs a command; an assignment has no $ before its name",
          fmt::format("write: {}=…; for a name that is known at run time keep a record: r[$name]=…",
                      parameter.name));
  } else if (text(word.parts[0]) == "[" || text(word.parts[0]) == "[[") {
    report.warning(
        Check::no_assignment, word.span,
        fmt::format("this runs a command: a blank is missing after {}", text(word.parts[0])),
        fmt::format("write: {} …", text(word.parts[0])));
  }
}

/// The name in front of the = that word `i` begins with or follows; empty where it is none.
std::string_view split_name(const Call& call, size_t i) {
  const Word& before = *call.words[i - 1];
  if (begins_with_equals(*call.words[i])) return before.is_static ? before.text : "";
  const auto declarations = call.command.declarations;
  const Assignment* declared = i - 1 < declarations.size() ? declarations[i - 1] : nullptr;
  const bool is_empty = declared != nullptr && declared->value == nullptr;
  const Word& word = *call.words[i];
  return is_empty && word.is_static && is_number(word.text) ? declared->name : "";
}

}  // namespace

void check_declaration(CheckReport& report, const Call& call, const Place& place) {
  for (size_t i = 2; i < call.words.size(); ++i) {
    const std::string_view name = split_name(call, i);
    if (!is_name(name)) continue;
    const Word& word = *call.words[i];
    std::string_view value = report.unit->text(word.span);
    if (value.starts_with('=')) value.remove_prefix(1);
    if (value.empty() && i + 1 < call.words.size())
      value = report.unit->text(call.words[i + 1]->span);
    report.misuse(Check::no_assignment, call.name, place,
                  {call.words[i - 1]->span.begin, word.span.end},
                  fmt::format("{}: an assignment has no blanks around its =", call.name),
                  fmt::format("write: {} {}={}", call.name, name, value));
    return;
  }
}

void check_range(CheckReport& report, const Word& word) {
  if (word.is_static || word.parts.size() < 3 || !is_range_with_expansion(word)) return;
  report.warning(Check::no_range, word.span,
                 "this is text: the ends of a range are written numbers",
                 "write: for ((i = 1; i <= n; i++)), or for i in $(seq 1 $n)");
}

void check_words(CheckReport& report, const Call& call) {
  if (call.words.empty()) return;
  check_command_word(report, *call.words[0]);
  check_blanks(report, call);
  for (const Word* word : call.arguments()) check_range(report, *word);
}

}  // namespace weir::parser
