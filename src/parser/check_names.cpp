#include "parser/check_names.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/name.h"
#include "base/text.h"
#include "parser/bytes.h"
#include "parser/foreign_variables.h"
#include "parser/set_names.h"

namespace weir::parser {

namespace {

/// Each unset name is compared with all of them.
constexpr size_t kMostForSuggestions = 1000;

/// By custom a name of the environment.
bool is_upper(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

/// The parameter that is all of the word; null for anything else.
const ParameterPart* lone_parameter(const Word& word) {
  if (word.parts.size() != 1 || word.parts[0]->kind != PartKind::parameter) return nullptr;
  return static_cast<const ParameterPart*>(word.parts[0]);
}

/// One argument with blanks is what is meant there.
bool takes_text(std::string_view command) {
  static constexpr std::string_view kTakeText[] = {"echo",   "printf", ":",      "[",   "test",
                                                   "typeof", "push",   "tojson", "math"};
  return std::ranges::find(kTakeText, command) != std::end(kTakeText);
}

bool asks(ParameterOp op) {
  return op == ParameterOp::fallback || op == ParameterOp::assign || op == ParameterOp::require ||
         op == ParameterOp::alternate;
}

}  // namespace

// ---- during the walk ----------------------------------------------------------------

void NameCheck::check_readonly(std::string_view name, Span span, const Place& place) {
  const auto known = readonly_.find(name);
  const bool here = known != readonly_.end() && known->second != span;
  const bool is_certain = !place.is_conditional && !place.is_handled;
  if (!here && !(is_certain && report_.shell.is_readonly(name))) return;
  const std::string message = fmt::format("{} is read-only", name);
  const std::string help = here ? fmt::format("it is made so at line {}",
                                              report_.unit->position(known->second.begin).line)
                                : std::string();
  if (is_certain)
    report_.error(Check::read_only, span, message, help);
  else
    report_.warning(Check::read_only, span, message, help);
}

void NameCheck::assignment(const Assignment& assignment, const Place& place) {
  check_readonly(assignment.name, assignment.name_span, place);
  if (!report_.wants_warnings) return;
  Uses& name = uses(assignment.name, assignment.name_hash);
  ++name.sets;
  const ValueExpr* value = assignment.value;
  const bool is_plain = value != nullptr && value->kind == ValueKind::word &&
                        value->word->is_static && !assignment.append && assignment.path.empty();
  const bool has_blank = is_plain && value->word->text.find(' ') != std::string_view::npos;
  name.value = has_blank ? value->word->text : std::string_view();
}

void NameCheck::set(std::string_view name, Span span, const Place& place) {
  check_readonly(name, span, place);
  if (report_.wants_warnings) ++uses(name, hash_name(name)).sets;
}

void NameCheck::need(std::string_view name, uint32_t hash, Span span) {
  Uses& name_uses = uses(name, hash);
  if (!name_uses.needed) name_uses.needed = report_.shown(span);
}

void NameCheck::ask(std::string_view name) { uses(name, hash_name(name)).is_asked = true; }

void NameCheck::parameter(const ParameterPart& part) {
  if (!is_name(part.name)) return;
  if (!asks(part.op)) return need(part.name, part.name_hash, part.span);
  Uses& name = uses(part.name, part.name_hash);
  name.is_asked = true;
  if (part.op == ParameterOp::assign) ++name.sets;
}

void NameCheck::arithmetic(const ArithExpr& expr, Place place) {
  if (expr.op == ArithOp::variable) need(expr.name, expr.name_hash, expr.span);
  if (!is_assignment(expr.op)) return;
  place.is_conditional = true;  // expressions are not looked at where only errors are wanted
  set(expr.a->name, expr.a->span, place);
}

void NameCheck::ask_operand(TestOp op, const Word& operand) {
  if (op == TestOp::variable_set && operand.is_static)
    return ask(operand.text.substr(0, operand.text.find('[')));
  if (op != TestOp::zero_length && op != TestOp::nonzero_length) return;
  if (const ParameterPart* part = lone_parameter(operand)) ask(part->name);
}

void NameCheck::test(const TestExpr& test) {
  if (test.left != nullptr) ask_operand(test.op, *test.left);
}

void NameCheck::call(const Call& call, const Place& place) {
  for_each_name_word(call, [&](const Word& word) {
    const std::string_view name = word.text.substr(0, word.text.find('['));
    if (word.is_static && is_name(name))
      set(name, word.span, place);
    else
      report_.facts.sets_unknown_names = true;
  });
  for (std::string_view name : implied_names(call)) set(name, call.words[0]->span, place);
  make_readonly(call, place);
}

void NameCheck::test_call(const Call& call) {
  for (size_t i = 1; i + 1 < call.words.size(); ++i) {
    if (!call.words[i]->is_static) continue;
    const std::string_view op = call.words[i]->text;
    if (op == "-v") ask_operand(TestOp::variable_set, *call.words[i + 1]);
    if (op == "-z" || op == "-n") ask_operand(TestOp::zero_length, *call.words[i + 1]);
  }
}

void NameCheck::make_readonly(const Call& call, const Place& place) {
  if (!call.is("readonly") || place.is_conditional || place.is_separate) return;
  for (const Assignment* one : call.command.declarations)
    if (one != nullptr) readonly_.try_emplace(one->name, one->name_span);
}

void NameCheck::arguments(const Call& call) {
  for (const Word* word : call.words) {
    const ParameterPart* part = word->is_static || word->spread ? nullptr : lone_parameter(*word);
    if (part == nullptr || part->op != ParameterOp::none || !part->path.empty() ||
        !is_name(part->name))
      continue;
    const bool is_command_word = word == call.words.front();
    if (is_command_word || (!part->quoted && !takes_text(call.name)))
      arguments_.push_back(
          {part->name, part->name_hash, report_.shown(word->span), is_command_word});
  }
}

// ---- after it -------------------------------------------------------------------------

void NameCheck::report_unset() {
  const TextFacts& facts = report_.facts;
  const bool may_be_set = facts.sources_text || facts.sets_unknown_names ||
                          facts.turns_nounset_off || !report_.shell.nounset ||
                          !report_.shell.is_program;
  if (may_be_set) return;
  std::vector<std::string_view> known;
  for (const auto& [name, uses] : names_)
    if (uses.sets > 0) known.push_back(name.text);
  std::ranges::sort(known);
  if (known.size() > kMostForSuggestions) known.clear();
  for (const auto& [name, uses] : names_) {
    if (!uses.needed || uses.sets > 0 || uses.is_asked || report_.shell.is_set(name.text)) continue;
    const std::string_view instead = instead_of_variable(name.text);
    if (!instead.empty()) {
      report_.warning(Check::unset_name, *uses.needed, fmt::format("nothing sets {}", name.text),
                      std::string(instead));
      continue;
    }
    const std::string near = did_you_mean(name.text, known);
    if (is_upper(name.text) && near.empty()) continue;  // of the environment that it will run in
    report_.warning(Check::unset_name, *uses.needed,
                    fmt::format("nothing sets {}{}", name.text, near),
                    fmt::format("where it may be unset write ${{{}:-}}", name.text));
  }
}

namespace {

/// `-l -a`: a flag, a blank and more; not `--title=two words`.
bool is_joined_flags(std::string_view value) {
  const size_t blank = value.find(' ');
  if (blank == std::string_view::npos ||
      value.find_first_not_of(' ', blank) == std::string_view::npos)
    return false;
  const size_t letter = value.find_first_not_of('-');
  return (letter == 1 || letter == 2) && letter < blank && value.find('=') > blank;
}

}  // namespace

void NameCheck::report_joined_flags() {
  for (const Argument& argument : arguments_) {
    const Uses& name = uses(argument.name, argument.hash);
    if (name.sets != 1 || name.value.empty()) continue;
    const std::string_view value = name.value;
    const bool joined = argument.is_command_word || is_joined_flags(value);
    if (!joined) continue;
    report_.warning(Check::joined_flags, argument.shown,
                    fmt::format("this is one {}, blanks and all: '{}'",
                                argument.is_command_word ? "command name" : "argument", value),
                    fmt::format("write a list and spread it: {}=[{}]; ...${}", argument.name, value,
                                argument.name));
  }
}

}  // namespace weir::parser
