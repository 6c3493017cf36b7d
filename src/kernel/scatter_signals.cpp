#include "kernel/scatter_signals.h"

#include <csignal>

#include "kernel/shell.h"
#include "scheduler/scatter_gather_runner.h"

namespace weir::kernel {

ScatterSignals::ScatterSignals(Context& ctx, scheduler::ScatterGatherRunner& runner,
                               std::function<void()> on_drain, std::function<void()> on_kill)
    : ctx_(ctx), runner_(runner), on_drain_(std::move(on_drain)), on_kill_(std::move(on_kill)) {
  const bool drains = (!ctx.job || ctx.job->is_entry) && !ctx.in_worker;
  on_cancel_ = std::make_unique<loop::CancelCallback>(ctx.token, [this, drains] {
    const int reason = ctx_.token.reason();
    // Where a trap in the entry takes Ctrl-C, the next one would not come to this.
    const bool is_taken = ctx_.job && !ctx_.job->cancel.cancelled();
    if (drains && reason == SIGINT && !is_taken && !has_drained_entry_)
      interrupt();
    else
      kill(reason);
  });
  if (ctx.in_worker) return;
  if (drains && ctx.job) {
    drain_ = ctx.job->drains.insert(ctx.job->drains.end(), [this] { return drain_entry(); });
    is_in_job_ = true;
  }
  if (drains) {
    watch(SIGINT, [this] {
      if (interrupts_++ > 0)
        kill(SIGINT);
      else
        interrupt();
    });
  }
  if (ctx.shell.interactive) return;
  for (const int signal : {SIGTERM, SIGHUP}) {
    watch(signal, [this, signal] { ctx_.shell.end(signal); });
  }
}

void ScatterSignals::watch(int signal, std::function<void()> act) {
  const Shell& shell = ctx_.shell;
  if (sigismember(&shell.inherited_ignored, signal) == 1 || shell.ignored_by_trap.contains(signal))
    return;
  if (signal != SIGINT && shell.signal_watchers.contains(signal)) return;
  watchers_.push_back(
      std::make_unique<loop::SignalWatcher>(ctx_.shell.loop, signal, std::move(act)));
}

ScatterSignals::~ScatterSignals() {
  if (is_in_job_) ctx_.job->drains.erase(drain_);
}

/// The first Ctrl-C of an entry; the second cancels it.
bool ScatterSignals::drain_entry() {
  if (std::exchange(has_drained_entry_, true)) return false;
  interrupt();
  return true;
}

void ScatterSignals::interrupt() {
  if (std::exchange(drained_, true)) return;
  runner_.drain();
  on_drain_();
}

void ScatterSignals::kill(int signal) {
  runner_.kill(signal);
  on_kill_();
}

void pass_interrupt_on(Context& ctx) {
  Shell& shell = ctx.shell;
  if (ctx.in_worker || (ctx.job && !ctx.job->is_entry)) return;
  if ((ctx.job ? ctx.job->takers : shell.takers).take(SIGINT)) return;
  if (ctx.job) return ctx.job->cancel.cancel(SIGINT);
  const bool is_trapped =
      shell.signal_watchers.contains(SIGINT) || ctx.scope.traps->contains(SIGINT);
  if (!shell.interactive && !is_trapped) shell.cancel.cancel(SIGINT);
}

}  // namespace weir::kernel
