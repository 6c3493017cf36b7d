// Where the scatter blocks of a pipeline are. Read by the evaluator, which runs
// them, and by the validator and the plan.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "parser/ast.h"

namespace weir::parser {

/// `scatter … | worker | worker | gather …`
struct ScatterStages {
  const SimpleCommand* scatter = nullptr;
  std::span<const Stage> workers;
  const SimpleCommand* gather = nullptr;
};

/// What stands between two pipes: a command or a whole block.
struct PipelinePart {
  const Command* command = nullptr;  // null: a block
  ScatterStages block = {};
};

/// The name of a simple command, where it is static; else nothing.
inline std::string_view static_name(const Command& command) {
  if (command.kind != CommandKind::simple) return {};
  const auto& words = as<SimpleCommand>(command).words;
  return !words.empty() && words[0]->is_static ? words[0]->text : std::string_view();
}
/// `scatter --help` is no stage but a command like others.
inline bool is_stage_of(const Stage& stage, std::string_view name) {
  if (static_name(*stage.command) != name) return false;
  const auto& words = as<SimpleCommand>(*stage.command).words;
  return words.size() != 2 || !words[1]->is_static || words[1]->text != "--help";
}

/// Errors (at the word that is wrong): scatter without gather, gather without
/// scatter, no worker between them, a scatter inside of another.
Result<std::vector<PipelinePart>> split_pipeline(const Pipeline& pipeline);

}  // namespace weir::parser
