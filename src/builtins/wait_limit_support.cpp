#include "builtins/wait_limit_support.h"

#include <csignal>

namespace weir::builtins {

using loop::Task;

WaitLimit::WaitLimit(kernel::Context& ctx, std::optional<loop::Duration> time,
                     std::optional<kernel::Interrupts> interrupts)
    : ctx_(ctx), source_(ctx.token), watchers_(ctx.shell.loop) {
  if (time) watchers_.start(watch_time(*time));
  if (interrupts) interrupts_.emplace(ctx, *interrupts);
  if (interrupts_ && interrupts_->is_there()) watchers_.start(watch_traps());
}

Task<void> WaitLimit::watch_time(loop::Duration time) {
  auto slept = co_await loop::sleep_for(ctx_.shell.loop, time, stop_.token());
  if (!slept || source_.cancelled()) co_return;
  timed_out_ = true;
  source_.cancel(SIGALRM);
}

Task<void> WaitLimit::watch_traps() {
  while (interrupts_->signal() == 0) {
    if (!co_await interrupts_->arrived().wait(stop_.token())) co_return;
  }
  if (source_.cancelled()) co_return;
  trapped_signal_ = interrupts_->signal();
  source_.cancel(trapped_signal_);
}

Task<void> WaitLimit::end() {
  stop_.cancel();
  co_await watchers_.join();
}

}  // namespace weir::builtins
