#include "kernel/alias_text.h"

#include "parser/parser.h"

namespace weir::kernel {

namespace {

/// The one simple command of a unit; null when it is anything else.
const parser::SimpleCommand* only_command(const parser::Unit& unit) {
  if (!unit.body || unit.body->items.size() != 1 || unit.body->items[0].background) return nullptr;
  const auto& item = unit.body->items[0];
  if (item.items.size() != 1) return nullptr;
  const auto& pipeline = *item.items[0].pipeline;
  if (pipeline.stages.size() != 1 || pipeline.negated || pipeline.timed) return nullptr;
  const auto& command = *pipeline.stages[0].command;
  return command.kind == parser::CommandKind::simple ? &parser::as<parser::SimpleCommand>(command)
                                                     : nullptr;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

}  // namespace

std::optional<std::vector<std::string>> alias_words(std::string text) {
  const auto parsed = parser::parse("alias", std::move(text));
  if (parsed.outcome != parser::Outcome::ok) return std::nullopt;
  const auto* command = only_command(*parsed.unit);
  // A ; or a comment at the end would end the command before the words that follow the alias.
  if (!command || !is_blank(parsed.unit->source.substr(command->span.end)) ||
      command->words.empty() || !command->redirects.empty() || !command->assignments.empty()) {
    return std::nullopt;
  }
  std::vector<std::string> words;
  for (const parser::Word* word : command->words) {
    if (!word->is_static) return std::nullopt;
    words.emplace_back(word->text);
  }
  return words;
}

}  // namespace weir::kernel
