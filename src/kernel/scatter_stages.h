// Where the scatter blocks of a pipeline are. Looks at the tree only.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "parser/ast.h"

namespace weir::kernel {

/// `scatter … | worker | worker | gather …`
struct ScatterStages {
  const parser::SimpleCommand* scatter = nullptr;
  std::span<const parser::Stage> workers;
  const parser::SimpleCommand* gather = nullptr;
};

/// What stands between two pipes: a command or a whole block.
struct PipelinePart {
  const parser::Command* command = nullptr;  // null: a block
  ScatterStages block = {};
  bool pipe_stderr = false;
};

bool is_stage_of(const parser::Stage& stage, std::string_view name);

/// Errors (at the word that is wrong): scatter without gather, gather without
/// scatter, no worker between them, a scatter inside of another.
Result<std::vector<PipelinePart>> split_pipeline(const parser::Pipeline& pipeline);

}  // namespace weir::kernel
