#include "parser/scatter_stages.h"

namespace weir::parser {

namespace {

const SimpleCommand& simple(const Stage& stage) { return as<SimpleCommand>(*stage.command); }

std::unexpected<Error> wrong(const Stage& stage, std::string message) {
  return fail(ErrorKind::refused, std::move(message), stage.command->span);
}

/// Reads the block that begins at `at` and leaves `at` behind it.
Result<PipelinePart> read_block(std::span<const Stage> stages, size_t& at) {
  const size_t begin = at;
  size_t end = begin + 1;
  while (end < stages.size() && !is_stage_of(stages[end], "gather")) {
    if (is_stage_of(stages[end], "scatter")) {
      return wrong(stages[end],
                   "scatter: inside of another scatter; end the first one with gather, or put the "
                   "inner one into a function or { … }");
    }
    ++end;
  }
  if (end == stages.size()) {
    return wrong(stages[begin], "scatter: without gather; write … | scatter | COMMAND | gather");
  }
  if (end == begin + 1) {
    return wrong(stages[begin], "scatter: no worker; write … | scatter | COMMAND | gather");
  }
  PipelinePart part;
  part.block = {&simple(stages[begin]), stages.subspan(begin + 1, end - begin - 1),
                &simple(stages[end])};
  at = end + 1;
  return part;
}

}  // namespace

Result<std::vector<PipelinePart>> split_pipeline(const Pipeline& pipeline) {
  std::vector<PipelinePart> parts;
  for (size_t at = 0; at < pipeline.stages.size();) {
    const Stage& stage = pipeline.stages[at];
    if (is_stage_of(stage, "scatter")) {
      auto block = read_block(pipeline.stages, at);
      if (!block) return fail(std::move(block.error()));
      parts.push_back(*block);
      continue;
    }
    if (is_stage_of(stage, "gather")) {
      return wrong(stage, "gather: without scatter; write … | scatter | COMMAND | gather");
    }
    parts.push_back({stage.command, {}});
    ++at;
  }
  return parts;
}

}  // namespace weir::parser
