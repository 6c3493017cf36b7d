// Pipelines: stages beside each other, the last one in this context (D7).
//
// Every stage but the last is a coroutine with its own copy of the scope; pipes
// between them start in memory and become kernel pipes where an external
// command asks for a descriptor, so neighbours that are both external are
// connected directly.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "kernel/builtin.h"
#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

namespace {

using parser::CommandKind;
using parser::Pipeline;
using parser::Stage;

constexpr int kBrokenPipe = 128 + SIGPIPE;

Task<int> run_stages(Context& ctx, const Pipeline& pipeline) {
  const size_t count = pipeline.stages.size();
  std::vector<int> codes(count, 0);
  const FdTable saved = ctx.fds;
  loop::TaskGroup group(ctx.shell.loop);
  scheduler::OpenFilePtr input;
  for (size_t i = 0; i + 1 < count; ++i) {
    const Stage& stage = pipeline.stages[i];
    auto ends = scheduler::make_pipe(ctx.shell.loop);
    Context sub = ctx.subshell();
    if (input) sub.fds.set(0, std::move(input));
    sub.fds.set(1, std::move(ends.writer));
    input = std::move(ends.reader);
    group.start(run_stage(std::move(sub), *stage.command, codes[i]));
  }
  ctx.fds.set(0, std::move(input));
  const int last = co_await run_command(ctx, *pipeline.stages.back().command);
  codes[count - 1] = ctx.unwinding() ? ctx.status : last;
  ctx.fds = saved;
  co_await group.join();
  const int status = pipeline_status(ctx, codes);
  // A failing last stage has met errexit and ERR already, in this context.
  if (!ctx.unwinding() && last == 0) (void)co_await finish_command(ctx, status);
  ctx.status = status;
  ctx.pipe_status = std::move(codes);
  co_return status;
}

// ---- time ---------------------------------------------------------------------

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + t.tv_usec / 1e6; }

struct CpuTimes {
  double user = 0;
  double system = 0;
  static CpuTimes now() {
    rusage self{};
    rusage children{};
    ::getrusage(RUSAGE_SELF, &self);
    ::getrusage(RUSAGE_CHILDREN, &children);
    return {seconds(self.ru_utime) + seconds(children.ru_utime),
            seconds(self.ru_stime) + seconds(children.ru_stime)};
  }
};

std::string minutes(double s) {
  const int whole = static_cast<int>(s / 60);
  return fmt::format("{}m{:.3f}s", whole, s - whole * 60);
}

ValueTask<int> run_untimed(Context& ctx, const Pipeline& pipeline);

Task<int> run_timed(Context& ctx, const Pipeline& pipeline) {
  const auto began = std::chrono::steady_clock::now();
  const CpuTimes before = CpuTimes::now();
  const int status = pipeline.stages.empty() ? 0 : co_await run_untimed(ctx, pipeline);
  const std::chrono::duration<double> real = std::chrono::steady_clock::now() - began;
  const CpuTimes after = CpuTimes::now();
  const double user = after.user - before.user;
  const double system = after.system - before.system;
  co_await warn(
      ctx, pipeline.timed_posix
               ? fmt::format("real {:.2f}\nuser {:.2f}\nsys {:.2f}", real.count(), user, system)
               : fmt::format("\nreal\t{}\nuser\t{}\nsys\t{}", minutes(real.count()), minutes(user),
                             minutes(system)));
  co_return ctx.status = status;
}

Task<int> negate_later(Context& ctx, Task<int> running) {
  const int status = co_await std::move(running);
  --ctx.condition_depth;
  if (leave_if_cancelled(ctx)) co_return ctx.status;
  co_return ctx.status = status == 0 ? 1 : 0;
}

ValueTask<int> run_positive(Context& ctx, const Pipeline& pipeline) {
  if (pipeline.stages.size() > 1) {
    if (has_scatter(ctx, pipeline)) return run_scatter_pipeline(ctx, pipeline);
    return run_stages(ctx, pipeline);
  }
  return run_command(ctx, *pipeline.stages[0].command);
}

ValueTask<int> run_untimed(Context& ctx, const Pipeline& pipeline) {
  if (!pipeline.negated) return run_positive(ctx, pipeline);
  ++ctx.condition_depth;
  auto step = run_positive(ctx, pipeline);
  if (!step.ready()) return negate_later(ctx, step.task());
  --ctx.condition_depth;
  return ctx.status = step.take() == 0 ? 1 : 0;
}

}  // namespace

Task<void> run_stage(Context sub, const parser::Command& command, int& code) {
  sub.is_last_command = command.kind == CommandKind::simple;
  sub.loop_depth = 0;
  code = co_await run_command(sub, command);
  if (sub.flow.kind != FlowKind::none) code = sub.status;
  sub.flow = {};
  if (!sub.scope.traps->empty()) {
    co_await run_exit_trap(sub);
    code = sub.status;
  }
}

int pipeline_status(const Context& ctx, const std::vector<int>& codes) {
  if (codes.back() != 0 || !ctx.scope.options.pipefail) return codes.back();
  for (size_t i = codes.size() - 1; i-- > 0;) {
    if (codes[i] != 0 && codes[i] != kBrokenPipe) return codes[i];
  }
  return 0;
}

size_t stages_of(const parser::ListItem& item) {
  if (item.items.size() != 1) return 0;
  const auto& stages = item.items[0].pipeline->stages;
  const bool are_simple = std::ranges::all_of(
      stages, [](const Stage& stage) { return stage.command->kind == CommandKind::simple; });
  return are_simple ? stages.size() : 0;
}

ValueTask<int> run_pipeline(Context& ctx, const Pipeline& pipeline) {
  if (pipeline.timed) return run_timed(ctx, pipeline);
  return run_untimed(ctx, pipeline);
}

}  // namespace weir::kernel
