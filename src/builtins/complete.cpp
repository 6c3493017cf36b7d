// `complete`: what the line editor offers behind commands of one's own.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

using kernel::CompletionRule;
using kernel::CompletionWord;

constexpr FlagSchema kFlags[] = {
    {'w', "words", "LIST",
     "words separated by blanks, or a list, which may hold records {value, description}"},
    {'f', "function", "NAME", "a function that emits candidates"},
    {'r', "remove", {}, "remove those of the commands named"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"complete -w 'start stop status' server", "three words"},
    {"w=[{value: up, description: begin} {value: down}]; complete -w $w server",
     "with descriptions"},
    {"complete -f _hosts deploy", "ask the function _hosts"},
};
constexpr CommandSchema kComplete = {
    .name = "complete",
    .summary = "define, list or remove completions of commands",
    .synopsis = "[-w LIST] [-f FUNCTION] COMMAND… | -r COMMAND… | [--json] [COMMAND…]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "The function is called with the command, the words before the cursor and, last, the word "
        "to be\n"
        "completed. A word that only running could tell, such as $HOME, comes as it is written. "
        "The\n"
        "function emits strings, lines or records {value, description}. What it writes to stderr "
        "is\n"
        "dropped, and it is given up when typing goes on.",
    .group = "shell"};

Result<CompletionWord> word_of(const Value& item) {
  if (!item.is_record()) return CompletionWord{item.to_text(), {}};
  const Value* value = item.as_record().find("value");
  if (!value) return fail(ErrorKind::invalid, fmt::format("{} has no key value", item.to_json()));
  const Value* description = item.as_record().find("description");
  return CompletionWord{value->to_text(), description ? description->to_text() : ""};
}

/// The words of `-w TEXT`.
List split_blanks(const std::string& text) {
  List words;
  for (size_t at = text.find_first_not_of(" \t\n"); at != std::string::npos;) {
    const size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(" \t\n", end);
  }
  return words;
}

Result<CompletionRule> read_rule(const Invocation& call) {
  CompletionRule rule;
  for (const Value& given : call.args.values("words")) {
    const List items = given.is_list() ? given.as_list() : split_blanks(given.to_text());
    for (const Value& item : items) {
      auto word = word_of(item);
      if (!word) return fail(std::move(word.error()));
      rule.words.push_back(std::move(*word));
    }
  }
  rule.function = call.args.text("function");
  if (call.args.has("function") && !is_name(rule.function)) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is no name of a function", quote_word(rule.function)));
  }
  return rule;
}

void report_rule(Report& report, const std::string& command, const CompletionRule& rule) {
  List words;
  std::string text;
  bool plain = true;
  for (const CompletionWord& word : rule.words) {
    words.emplace_back(
        Record{{"value", Value(word.value)}, {"description", Value(word.description)}});
    text += (text.empty() ? "" : " ") + word.value;
    plain = plain && word.description.empty() && quote_word(word.value) == word.value;
  }
  const Value list(std::move(words));
  if (!plain) report.out += fmt::format("_words={}; ", value_literal(list));
  report.out += "complete";
  if (!rule.words.empty()) report.out += plain ? " -w " + quote_word(text) : " -w $_words";
  if (!rule.function.empty()) report.out += " -f " + rule.function;
  report.out += fmt::format(" {}\n", quote_word(command));
  report.rows.emplace_back(
      Record{{"command", Value(command)},
             {"words", list},
             {"function", rule.function.empty() ? Value() : Value(rule.function)}});
}

ValueTask<int> define(const Invocation& call) {
  if (call.args.operands.empty()) return misuse(call, "the command is missing");
  auto rule = read_rule(call);
  if (!rule) return misuse(call, std::move(rule.error().message));
  for (const Value& operand : call.args.operands) {
    call.ctx.shell.typing_aids.completions.insert_or_assign(operand.to_text(), *rule);
  }
  return 0;
}

ValueTask<int> run_complete(Invocation call) {
  const bool removes = call.args.has("remove");
  const bool defines = call.args.has("words") || call.args.has("function");
  if (removes && defines) return misuse(call, "-r goes with neither -w nor -f");
  if (defines) return define(call);
  if (removes && call.operands().empty()) return misuse(call, "-r needs the commands");
  auto& all = call.ctx.shell.typing_aids.completions;
  Report report(call);
  if (call.operands().empty()) {
    for (const auto& [command, rule] : all) report_rule(report, command, rule);
  }
  for (const Value& operand : call.operands()) {
    const auto at = all.find(operand.to_text());
    if (at == all.end())
      report.error(fmt::format("{}: no completions", operand.to_text()));
    else if (removes)
      all.erase(at);
    else
      report_rule(report, at->first, at->second);
  }
  return std::move(report).finish();
}

}  // namespace

void register_complete(BuiltinRegistry& registry) { registry.add({&kComplete, run_complete}); }

}  // namespace weir::builtins
