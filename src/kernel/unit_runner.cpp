// Whole units: parse, validate, run (D4).
#include <fmt/format.h>

#include "kernel/builtin.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/unit_check.h"

namespace weir::kernel {

namespace {

/// The last pipeline of the text, whose status this is. `exit` leaves no status of a stage, and a
/// compound command those of a pipeline inside of it: then the pipeline counts as one stage.
std::vector<StageResult> stages_of(const Context& ctx) {
  std::vector<StageResult> stages;
  if (!ctx.last_pipeline) return stages;
  const auto& pipeline = *ctx.last_pipeline;
  const size_t count = pipeline.stages.size();
  if (count < 2 || ctx.pipe_status.size() != count) {
    stages.push_back({std::string(ctx.unit->text(pipeline.span)), ctx.status});
    return stages;
  }
  for (size_t i = 0; i < count; ++i) {
    const auto& span = pipeline.stages[i].command->span;
    stages.push_back({std::string(ctx.unit->text(span)), ctx.pipe_status[i]});
  }
  return stages;
}

void note_end(Context& ctx) {
  ctx.interrupted_line = ctx.line();  // the EXIT trap is told where the end was
  ctx.stages = stages_of(ctx);
}

}  // namespace

Task<int> run_unit(Context& ctx, parser::UnitPtr unit) {
  const auto outer = std::exchange(ctx.unit, unit);
  const auto position = ctx.position;
  const auto last_pipeline = std::exchange(ctx.last_pipeline, nullptr);
  if (unit->body) (void)co_await run_list(ctx, *unit->body);
  if (!outer) note_end(ctx);
  ctx.last_pipeline = last_pipeline;  // one of this text may end with it
  ctx.unit = outer;
  ctx.position = position;
  co_return ctx.status;
}

Task<int> run_text(Context& ctx, std::string name, std::string text) {
  auto checked = check_unit(ctx, std::move(name), std::move(text));
  if (!ctx.unit) ctx.stages.clear();
  for (const auto& finding : checked.diagnostics) {
    if (finding.severity == parser::Severity::error) ctx.shell.add_hint(finding.help);
  }
  if (!checked.messages.empty()) {
    if (checked.messages.back() == '\n') checked.messages.pop_back();
    co_await warn(ctx, std::move(checked.messages));
  }
  if (!checked.unit) co_return ctx.status = 2;
  // POSIX, set: an interactive shell may ignore it; there would be no way back.
  if (ctx.scope.options.noexec && !ctx.shell.interactive) co_return ctx.status = 0;
  co_return co_await run_unit(ctx, std::move(checked.unit));
}

}  // namespace weir::kernel
