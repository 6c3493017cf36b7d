#include "builtins/wait_limit_support.h"

#include <csignal>

namespace weir::builtins {

using loop::Task;

WaitLimit::WaitLimit(kernel::Context& ctx, std::optional<loop::Duration> time, bool ends_at_traps)
    : ctx_(ctx), source_(ctx.token), watchers_(ctx.shell.loop) {
  if (time) watchers_.start(watch_time(*time));
  // Traps run in the shell's own context only.
  if (ends_at_traps && ctx.subshell_depth == 0) watchers_.start(watch_traps());
}

Task<void> WaitLimit::watch_time(loop::Duration time) {
  auto slept = co_await loop::sleep_for(ctx_.shell.loop, time, stop_.token());
  if (!slept || source_.cancelled()) co_return;
  timed_out_ = true;
  source_.cancel(SIGALRM);
}

Task<void> WaitLimit::watch_traps() {
  while (ctx_.shell.pending_signals.empty()) {
    if (!co_await ctx_.shell.signal_arrived.wait(stop_.token())) co_return;
  }
  if (source_.cancelled()) co_return;
  trapped_signal_ = ctx_.shell.pending_signals.front();
  source_.cancel(trapped_signal_);
}

Task<void> WaitLimit::end() {
  stop_.cancel();
  co_await watchers_.join();
}

}  // namespace weir::builtins
