#include "kernel/flow.h"

#include <fmt/format.h>

#include "kernel/builtin.h"
#include "kernel/traps.h"

namespace weir::kernel {

using loop::Task;
using loop::ValueTask;

bool leave_if_cancelled(Context& ctx) {
  if (!ctx.token.cancelled()) return false;
  ctx.status = 128 + ctx.token.reason();
  ctx.flow = {FlowKind::exit, 0};
  return true;
}

Task<void> checkpoint(Context& ctx) {
  co_await ctx.shell.loop.yield();
  if (ctx.pause) {
    while (ctx.pause->is_paused() && !ctx.token.cancelled()) {
      (void)co_await ctx.pause->resumed().wait(ctx.token);
    }
  }
  if (leave_if_cancelled(ctx)) co_return;
  if (ctx.subshell_depth == 0 && !ctx.in_trap) co_await run_pending_traps(ctx);
}

Task<void> hear_last_signals(Context& ctx) {
  if (!ctx.shell.signal_watchers.empty() && !ctx.unwinding()) co_await checkpoint(ctx);
}

namespace {

Task<int> fail_command(Context& ctx) {
  co_await run_err_trap(ctx);
  if (ctx.scope.options.errexit && !ctx.unwinding()) ctx.flow = {FlowKind::exit, 0};
  co_return ctx.status;
}

}  // namespace

ValueTask<int> finish_command(Context& ctx, int status) {
  ctx.status = status;
  ctx.pipe_status.assign(1, status);
  if (status == 0 || ctx.condition_depth > 0 || ctx.unwinding()) return status;
  if (!ctx.scope.traps->empty() && ctx.scope.traps->contains(Scope::kTrapErr))
    return fail_command(ctx);
  if (ctx.scope.options.errexit) ctx.flow = {FlowKind::exit, 0};
  return status;
}

Task<int> report_failure(Context& ctx, Error error) {
  if (error.kind == ErrorKind::cancelled) {
    co_return 128 + ctx.token.reason();
  }
  if (error.span) ctx.position = error.span->begin;
  co_await warn(ctx, fmt::format("{}: {}", ctx.place(), error.message));
  co_return 1;
}

}  // namespace weir::kernel
