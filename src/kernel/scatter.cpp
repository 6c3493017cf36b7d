// `rows | scatter … | worker | gather … | …`: recognised as a whole pipeline.
#include "kernel/builtin.h"
#include "kernel/commands.h"
#include "kernel/evaluator.h"

namespace weir::kernel {

namespace {

bool is_named(const parser::Stage& stage, std::string_view name) {
  if (stage.command->kind != parser::CommandKind::simple) return false;
  const auto& words = parser::as<parser::SimpleCommand>(*stage.command).words;
  return !words.empty() && words[0]->is_static && words[0]->text == name;
}

}  // namespace

Task<int> run_scatter_pipeline(Context& ctx, const parser::Pipeline&) {
  co_await warn(ctx, ctx.place() + ": scatter: not built yet");
  co_return ctx.status = 2;
}

bool has_scatter(const Context& ctx, const parser::Pipeline& pipeline) {
  for (const auto& stage : pipeline.stages) {
    if (is_named(stage, "scatter")) return !ctx.scope.functions->contains("scatter");
  }
  return false;
}

}  // namespace weir::kernel
