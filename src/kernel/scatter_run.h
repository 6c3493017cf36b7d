// One run of a scatter block: expanded stages in, exit code out.
#pragma once

#include "base/error.h"
#include "kernel/context.h"
#include "kernel/scatter_settings.h"
#include "loop/task.h"
#include "parser/scatter_stages.h"

namespace weir::kernel {

struct ScatterBlock {
  parser::ScatterStages stages;
  ScatterSettings scatter;
  GatherSettings gather;
};

/// Reads the words of scatter and gather in the context. An exit code instead
/// of a block where that went wrong (2, told on stderr) or was --help (0).
struct ExpandedBlock {
  std::optional<ScatterBlock> block;
  int code = 0;
};
loop::Task<ExpandedBlock> expand_block(Context& ctx, parser::ScatterStages stages);

/// Runs it on the context's stdin and stdout, redirections of its two ends applied.
/// 0, 123 when an item failed, 2 for a graph that is none, 128 + signal. `late` gets what is to be
/// said on stderr once the programs that have the terminal have ended.
loop::Task<int> run_block(Context& ctx, const ScatterBlock& block, std::string& late);

}  // namespace weir::kernel
