// `alias` and `unalias`: names for the beginning of a command (LANGUAGE 6.3).
//
// An alias stands for whole words, never for half a construct: its text is
// parsed when it is set and has to be one plain command.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "kernel/alias_text.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kAliasFlags[] = {
    {'p', {}, {}, "print all aliases, to be read back"},
    kJsonFlag,
};
constexpr FlagSchema kUnaliasFlags[] = {
    {'a', {}, {}, "all of them"},
};
constexpr ExampleSchema kAliasExamples[] = {
    {"alias ll='ls -l' gs='git status'", "two aliases"},
    {"alias ll", "what does it stand for?"},
};
constexpr CommandSchema kAlias = {
    .name = "alias",
    .summary = "name the beginning of a command, or print such names",
    .synopsis = "[NAME=TEXT | NAME]… | [-p] [--json]",
    .flags = kAliasFlags,
    .examples = kAliasExamples,
    .details =
        "TEXT is a command and its first words, without expansions, pipes or redirections; for\n"
        "more write a function: ll() { ls -l \"$@\" | less; }. Aliases work in scripts, too.",
    .group = "commands"};
constexpr CommandSchema kUnalias = {.name = "unalias",
                                    .summary = "remove aliases",
                                    .synopsis = "NAME… | -a",
                                    .flags = kUnaliasFlags,
                                    .group = "commands"};

bool is_alias_name(std::string_view name) {
  return !name.empty() && std::ranges::none_of(name, [](unsigned char c) {
    return c <= ' ' || c == 0x7f ||
           std::string_view("/$`=|&;()<>'\"\\*?[]{}#!~").find(static_cast<char>(c)) !=
               std::string_view::npos;
  });
}

Result<void> define(Context& ctx, const std::string& name, const std::string& text) {
  if (!is_alias_name(name)) {
    return fail(ErrorKind::misuse, fmt::format("{} cannot be an alias's name", quote_word(name)));
  }
  auto words = kernel::alias_words(text);
  if (!words) {
    return fail(
        ErrorKind::refused,
        fmt::format("{}: an alias stands for a command and its first words; for more write a "
                    "function: {}() {{ …; }}",
                    name, name));
  }
  ctx.scope.aliases.edit().insert_or_assign(name, kernel::Alias{text, std::move(*words)});
  return {};
}

void report_alias(Report& report, const std::string& name, const kernel::Alias& alias) {
  report.out += fmt::format("alias {}={}\n", name, quote_word(alias.text));
  List words(alias.words.begin(), alias.words.end());
  report.rows.emplace_back(Record{
      {"name", Value(name)}, {"text", Value(alias.text)}, {"words", Value(std::move(words))}});
}

ValueTask<int> run_alias(Invocation call) {
  Report report(call);
  if (call.operands().empty() || call.args.has('p')) {
    for (const auto& [name, alias] : *call.ctx.scope.aliases) report_alias(report, name, alias);
  }
  for (const Value& operand : call.operands()) {
    const std::string word = operand.to_text();
    const size_t equals = word.find('=');
    if (equals != std::string::npos) {
      auto done = define(call.ctx, word.substr(0, equals), word.substr(equals + 1));
      if (!done) report.error(done.error());
      continue;
    }
    const auto at = call.ctx.scope.aliases->find(word);
    if (at == call.ctx.scope.aliases->end())
      report.error(fmt::format("{}: no such alias", word));
    else
      report_alias(report, word, at->second);
  }
  return std::move(report).finish();
}

ValueTask<int> run_unalias(Invocation call) {
  auto& aliases = call.ctx.scope.aliases;
  if (call.args.has('a')) {
    if (!aliases->empty()) aliases.edit().clear();
    return 0;
  }
  if (call.operands().empty()) return misuse(call, "a name is missing");
  Report report(call);
  for (const Value& operand : call.operands()) {
    const std::string name = operand.to_text();
    if (aliases->contains(name))
      aliases.edit().erase(name);
    else
      report.error(fmt::format("{}: no such alias", name));
  }
  return std::move(report).finish();
}

}  // namespace

void register_alias(BuiltinRegistry& registry) {
  registry.add({&kAlias, run_alias});
  registry.add({&kUnalias, run_unalias});
}

}  // namespace weir::builtins
