// `rows | scatter … | worker | gather … | …`: recognised as a whole pipeline.
//
// Each block from scatter to gather is one stage between its neighbours: the last
// stage of all, block or command, runs in this context (D7), the others have
// their own. PIPESTATUS has one entry for a block.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/scatter_run.h"
#include "kernel/scatter_signals.h"
#include "kernel/terminal_output.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

namespace {

using parser::Pipeline;

constexpr int kMisuse = 2;

struct Part {
  const parser::Command* command = nullptr;  // null: the block
  std::optional<ScatterBlock> block;
};

Task<void> run_block_stage(Context sub, const ScatterBlock& block, int& code, std::string& late) {
  sub.loop_depth = 0;
  code = co_await run_block(sub, block, late);
}

/// One code for all: nothing of the pipeline has run.
Task<int> end_early(Context& ctx, int code) {
  (void)co_await finish_command(ctx, code);
  ctx.pipe_status.assign(1, code);
  co_return ctx.status = code;
}

/// A block on the terminal gives way to what the stages around it write there.
void share_terminal(Context& ctx) {
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (const auto& file = ctx.fds.get(fd))
      ctx.fds.set(fd, shared_terminal_output(ctx.shell, file));
  }
}

bool was_interrupted(const std::vector<Part>& parts, const std::vector<int>& codes) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].block && codes[i] == 128 + SIGINT) return true;
  }
  return false;
}

Task<int> run_parts(Context& ctx, std::vector<Part> parts) {
  std::vector<int> codes(parts.size(), 0);
  std::string late;
  const FdTable saved = ctx.fds;
  share_terminal(ctx);
  loop::TaskGroup group(ctx.shell.loop);
  scheduler::OpenFilePtr input;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    const Part& part = parts[i];
    auto ends = scheduler::make_pipe(ctx.shell.loop);
    Context sub = ctx.subshell();
    if (input) sub.fds.set(0, std::move(input));
    sub.fds.set(1, std::move(ends.writer));
    input = std::move(ends.reader);
    if (part.command)
      group.start(run_stage(std::move(sub), *part.command, codes[i]));
    else
      group.start(run_block_stage(std::move(sub), *part.block, codes[i], late));
  }
  if (input) ctx.fds.set(0, std::move(input));
  const Part& last = parts.back();
  const int ended = last.command ? co_await run_command(ctx, *last.command)
                                 : co_await run_block(ctx, *last.block, late);
  codes.back() = ctx.unwinding() ? ctx.status : ended;
  ctx.fds = saved;
  co_await group.join();
  if (!late.empty()) (void)co_await ctx.err().write(late, {});
  if (was_interrupted(parts, codes)) pass_interrupt_on(ctx);
  const int status = pipeline_status(ctx, codes);
  // A last command that failed has met errexit and ERR already, a block has not.
  const bool is_finished = ctx.unwinding() || (last.command && ended != 0);
  if (!is_finished) (void)co_await finish_command(ctx, status);
  ctx.status = status;
  ctx.pipe_status = std::move(codes);
  co_return status;
}

}  // namespace

bool has_scatter(const Context& ctx, const Pipeline& pipeline) {
  for (const auto& stage : pipeline.stages) {
    if (parser::is_stage_of(stage, "scatter")) return !ctx.scope.functions->contains("scatter");
  }
  return false;
}

Task<int> run_scatter_pipeline(Context& ctx, const Pipeline& pipeline) {
  auto split = parser::split_pipeline(pipeline);
  if (!split) {
    ctx.position = split.error().span->begin;
    co_await warn(ctx, fmt::format("{}: {}", ctx.place(), split.error().message));
    co_return co_await end_early(ctx, kMisuse);
  }
  std::vector<Part> parts;
  for (const parser::PipelinePart& part : *split) {
    parts.push_back({part.command, {}});
    if (part.command) continue;
    auto expanded = co_await expand_block(ctx, part.block);
    if (!expanded.block) co_return co_await end_early(ctx, expanded.code);
    parts.back().block = std::move(expanded.block);
  }
  co_return co_await run_parts(ctx, std::move(parts));
}

}  // namespace weir::kernel
