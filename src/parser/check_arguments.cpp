// The words of a builtin, read by its schema before they exist (040 to 042, 048, 050, 051).
#include <fmt/core.h>

#include <algorithm>

#include "base/read_arguments.h"
#include "parser/checks.h"
#include "parser/trap_action.h"

namespace weir::parser {

namespace {

/// Reading begins again at each unknown word, so a generated command of thousands is passed over.
constexpr size_t kMostWords = 500;

/// A word that is not known yet: what begins it may be a dash.
const Value kUnknown;
/// One that is an operand for certain, whatever the rest of it is.
const Value kOperand(false);

Value as_value(const Word& word) {
  if (word.is_static && !word.spread) return Value(word.text);
  const auto first =
      is_several(word) && (word.spread || word.has_brace) ? std::nullopt : first_byte(word);
  return first && *first != '-' ? kOperand : kUnknown;
}

using Words = std::span<const Word* const>;

/// `-rs`: known letters of flags without a value. Nearly all flags are of this kind.
bool is_plain_flag(const CommandSchema& schema, const Word& word) {
  if (!word.is_static || word.text.size() < 2 || word.text[0] != '-') return false;
  return std::ranges::all_of(word.text.substr(1), [&](char letter) {
    return std::ranges::any_of(schema.flags, [&](const FlagSchema& flag) {
      return flag.short_name == letter && flag.value.empty();
    });
  });
}

Words without_plain_flags(const CommandSchema& schema, Words words) {
  while (!words.empty() && is_plain_flag(schema, *words[0])) words = words.subspan(1);
  return words;
}

/// True where some word may be a flag, or the help.
bool has_flags(Words words) {
  for (const Word* word : words) {
    const auto first = first_byte(*word);
    if (!first || *first == '-' || word->spread) return true;
  }
  return false;
}

std::string usage(const CommandSchema& schema) {
  return fmt::format("usage: {} {}", schema.name, schema.synopsis);
}

void check_count(CheckReport& report, const Call& call, const Place& place, size_t least,
                 size_t most) {
  const CommandSchema& schema = *call.builtin.schema;
  const auto low = static_cast<size_t>(schema.min_operands);
  const bool too_many =
      schema.max_operands >= 0 && least > static_cast<size_t>(schema.max_operands);
  if (!too_many && most >= low) return;
  const std::string_view extra = report.unit->text(call.words.back()->span);
  const auto problem = operand_count_problem(schema, too_many ? least : most, extra);
  const Word& at = too_many ? *call.words.back() : *call.words.front();
  if (problem)
    report.misuse(Check::operand_count, schema.name, place, at.span,
                  fmt::format("{}: {}", schema.name, *problem), usage(schema));
}

/// Operands where no word can be a flag: each is one argument, or several.
void check_plain_count(CheckReport& report, const Call& call, Words operands, const Place& place) {
  size_t least = 0;
  bool is_open = false;
  for (const Word* word : operands) {
    if (is_several(*word))
      is_open = true;
    else
      ++least;
  }
  check_count(report, call, place, least, is_open ? SIZE_MAX : least);
}

class FlagCheck {
 public:
  FlagCheck(CheckReport& report, const Call& call, const Place& place)
      : report_(report), call_(call), place_(place), schema_(*call.builtin.schema) {}

  /// Reads up to each unknown word; goes on behind it only where it was a flag's value.
  void run() {
    const auto words = call_.arguments();
    std::vector<Value> known;
    for (const Word* word : words) {
      known.push_back(as_value(*word));
      if (!known.back().is_null()) continue;
      auto read = read_arguments(schema_, known);
      if (!read) return report_flag(*words[known.size() - 1], read.error().message, known.size());
      if (read->wants_help || is_several(*word) || may_be_flag(*read)) return;
    }
    auto read = read_arguments(schema_, known);
    if (!read) return report_flag(*call_.words.back(), read.error().message, known.size());
    if (read->wants_help) return;
    bool is_open = false;
    for (const Word* word : words) is_open |= is_several(*word);
    if (!is_open) check_count(report_, call_, place_, read->operands.size(), read->operands.size());
  }

 private:
  /// The unknown word that was read last was no flag's value and no operand for certain:
  /// behind a first operand, words are no flags unless the style says so.
  bool may_be_flag(const ReadArguments& read) const {
    if (read.operands.empty() || !read.operands.back().is_null()) return false;
    return schema_.style == ArgumentStyle::flags_anywhere || read.operands.front().is_null();
  }

  /// At the word that makes the reading fail: the shortest beginning that fails.
  void report_flag(const Word& last, const std::string& message, size_t count) {
    const Word* at = &last;
    std::vector<Value> known;
    for (const Word* word : call_.arguments().first(count)) {
      known.push_back(as_value(*word));
      auto read = read_arguments(schema_, known);
      if (read || read.error().message != message) continue;
      at = word;
      break;
    }
    report_.misuse(Check::unknown_flag, schema_.name, place_, at->span,
                   fmt::format("{}: {}", schema_.name, message), usage(schema_));
  }

  CheckReport& report_;
  const Call& call_;
  const Place& place_;
  const CommandSchema& schema_;
};

}  // namespace

void check_arguments(CheckReport& report, const Call& call, const Place& place) {
  const CommandSchema& schema = *call.builtin.schema;
  if (schema.style == ArgumentStyle::raw) {
    if (call.words.size() == 1 && schema.min_operands > 0) check_count(report, call, place, 0, 0);
    return;
  }
  const Words operands = without_plain_flags(schema, call.arguments());
  if (operands.size() > kMostWords) return;
  if (has_flags(operands))
    FlagCheck(report, call, place).run();
  else
    check_plain_count(report, call, operands, place);
}

void check_options(CheckReport& report, const Call& call, const Place& place) {
  if (!call.is("set")) return;
  const Words words = call.arguments();
  const auto check = [&](const Word& word, const std::string& problem) {
    if (!problem.empty())
      report.misuse(Check::unknown_flag, "set", place, word.span, "set: " + problem,
                    "`set -o` lists the options");
  };
  if (words.size() == 2 && words[1]->is_static && words[1]->text == "--json") return;
  for (size_t i = 0; i < words.size(); ++i) {
    const Word& word = *words[i];
    if (!word.is_static || word.spread || word.text.size() < 2) return;
    const bool on = word.text[0] == '-';
    if ((!on && word.text[0] != '+') || word.text == "--" || word.text == "--json" ||
        word.text == "--help")
      return;
    for (const char letter : word.text.substr(1)) {
      if (letter != 'o') {
        check(word, report.shell.option_problem(letter, on));
      } else if (++i < words.size() && words[i]->is_static && !words[i]->spread) {
        check(*words[i], report.shell.option_problem(words[i]->text, on));
      } else {
        return;
      }
    }
  }
}

void check_trap_conditions(CheckReport& report, const Call& call, const Place& place) {
  const Words conditions = trap_conditions(call);
  const bool is_lone = conditions.size() == 1 && conditions[0] == call.words[1];
  for (const Word* word : conditions) {
    if (!word->is_static) continue;
    const std::string problem = report.shell.trap_problem(word->text);
    if (problem.empty()) continue;
    report.misuse(Check::trap_condition, "trap", place, word->span,
                  "trap: " + (is_lone ? "a signal is missing" : problem),
                  "a trap is set for EXIT, ERR and the signals that `trap -l` lists");
  }
}

void check_refused(CheckReport& report, const Call& call, const Place& place) {
  const CommandSchema& schema = *call.builtin.schema;
  if (schema.group != "refused") return;
  report.misuse(Check::refused_command, schema.name, place, call.words[0]->span,
                fmt::format("`{}` is not in weir", schema.name), std::string(schema.details));
}

void check_bracket(CheckReport& report, const Call& call) {
  const Word& last = *call.words.back();
  if (!call.is("[") || (last.is_static && last.text == "]")) return;
  const std::string_view text = report.unit->text(last.span);
  if (!last.is_static && !text.ends_with(']')) return;
  report.error(Check::open_bracket, call.words[0]->span, "`[` without its `]`",
               text == "]]"          ? "] closes it; ]] closes [["
               : text.ends_with(']') ? "write a blank before the ]"
                                     : "the last word of [ is ]");
}

namespace {

void check_scalar(CheckReport& report, const Assignment& assignment, std::string_view what) {
  if (assignment.value == nullptr || assignment.value->kind == ValueKind::word ||
      !assignment.path.empty())
    return;
  const char* kind = assignment.value->kind == ValueKind::list ? "list" : "record";
  report.error(
      Check::exported_value, assignment.span, fmt::format("{} takes text, not a {}", what, kind),
      fmt::format("write: {}=$(tojson …), and read it back with fromjson", assignment.name));
}

}  // namespace

void check_exported_value(CheckReport& report, const Call& call) {
  for (const Assignment& one : call.command.assignments)
    check_scalar(report, one, "the environment of a command");
  if (!call.is("export")) return;
  for (const Assignment* one : call.command.declarations)
    if (one != nullptr) check_scalar(report, *one, "export");
}

}  // namespace weir::parser
