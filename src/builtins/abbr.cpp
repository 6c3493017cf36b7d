// `abbr`: abbreviations, which the line editor writes out when a space or Enter follows.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'r', "remove", {}, "remove those named"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"abbr gco='git checkout'", "typing gco and a space gives git checkout"},
    {"abbr -r gco", "no longer"},
};
constexpr CommandSchema kAbbr = {
    .name = "abbr",
    .summary = "define, list or remove abbreviations of the line editor",
    .synopsis = "[NAME=TEXT | NAME]… | -r NAME… | [--json]",
    .flags = kFlags,
    .examples = kExamples,
    .details =
        "A NAME where a command is expected becomes TEXT when a space or Enter is typed behind "
        "it,\n"
        "so the line and the history show what runs. Scripts do not know abbreviations: see alias.",
    .group = "shell"};

using Abbreviations = std::map<std::string, std::string, std::less<>>;

/// One word for the editor: nothing in it ends or quotes a word.
bool is_abbreviation(std::string_view name) { return !name.empty() && quote_word(name) == name; }

void report_one(Report& report, const std::string& name, const std::string& text) {
  report.out += fmt::format("abbr {}={}\n", name, quote_word(text));
  report.rows.emplace_back(Record{{"name", Value(name)}, {"text", Value(text)}});
}

void define(Abbreviations& all, Report& report, const std::string& word, size_t equals) {
  const std::string name = word.substr(0, equals);
  const std::string text = word.substr(equals + 1);
  if (!is_abbreviation(name))
    report.error(
        Error{ErrorKind::misuse, fmt::format("{} cannot be an abbreviation", quote_word(name))});
  else if (text.empty())
    report.error(Error{ErrorKind::misuse,
                       fmt::format("{}: the text is missing; abbr -r {} removes it", name, name)});
  else
    all.insert_or_assign(name, text);
}

void apply_operand(Abbreviations& all, Report& report, const std::string& word, bool removes) {
  const size_t equals = word.find('=');
  if (!removes && equals != std::string::npos) return define(all, report, word, equals);
  const auto at = all.find(word);
  if (at == all.end())
    report.error(fmt::format("{}: no such abbreviation", word));
  else if (removes)
    all.erase(at);
  else
    report_one(report, word, at->second);
}

ValueTask<int> run_abbr(Invocation call) {
  const bool removes = call.args.has("remove");
  if (removes && call.operands().empty()) return misuse(call, "-r needs the names to remove");
  auto& all = call.ctx.shell.typing_aids.abbreviations;
  Report report(call);
  if (call.operands().empty()) {
    for (const auto& [name, text] : all) report_one(report, name, text);
  }
  for (const Value& operand : call.operands()) {
    apply_operand(all, report, operand.to_text(), removes);
  }
  return std::move(report).finish();
}

}  // namespace

void register_abbr(BuiltinRegistry& registry) { registry.add({&kAbbr, run_abbr}); }

}  // namespace weir::builtins
