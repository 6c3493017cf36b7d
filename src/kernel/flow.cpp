#include "kernel/flow.h"

#include <fmt/format.h>

#include <csignal>

#include "kernel/builtin.h"
#include "kernel/traps.h"

namespace weir::kernel {

using loop::Task;
using loop::ValueTask;

bool leave_if_cancelled(Context& ctx) {
  if (ctx.signals) ctx.token = ctx.signals->renewed(ctx.token);
  const bool is_cancelled = ctx.token.cancelled();
  if (!is_cancelled && !is_interrupted(ctx)) return false;
  ctx.status = 128 + (is_cancelled ? ctx.token.reason() : SIGINT);
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
  if (!has_pending_trap(ctx)) co_return;
  co_await run_pending_traps(ctx);
  if (!ctx.unwinding()) leave_if_cancelled(ctx);  // `trap 'trap - INT; kill -INT $$' INT`
}

Task<void> hear_last_signals(Context& ctx) {
  const bool has_traps =
      ctx.subshell_depth == 0 ? !ctx.shell.signal_watchers.empty() : ctx.signals != nullptr;
  if (has_traps && !ctx.unwinding()) co_await checkpoint(ctx);
}

namespace {

Task<int> fail_command(Context& ctx) {
  if (leave_if_cancelled(ctx)) co_return ctx.status;
  // It may be the signal that has ended the command.
  if (has_pending_trap(ctx)) co_await run_pending_traps(ctx);
  if (ctx.unwinding()) co_return ctx.status;
  co_await run_err_trap(ctx);
  if (ctx.scope.options.errexit && !ctx.unwinding()) ctx.flow = {FlowKind::exit, 0};
  co_return ctx.status;
}

}  // namespace

ValueTask<int> finish_command(Context& ctx, int status) {
  ctx.status = status;
  ctx.pipe_status.assign(1, status);
  if (status == 0 || ctx.condition_depth > 0 || ctx.unwinding()) return status;
  const bool has_err_trap = !ctx.scope.traps->empty() && ctx.scope.traps->contains(Scope::kTrapErr);
  const bool is_fatal = ctx.scope.options.errexit;
  if (has_err_trap || (is_fatal && has_pending_trap(ctx))) return fail_command(ctx);
  if (is_fatal) ctx.flow = {FlowKind::exit, 0};
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
