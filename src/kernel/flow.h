// The steps between commands: checkpoints, statuses, errexit. Internal to the evaluator.
#pragma once

#include "kernel/context.h"
#include "kernel/shell.h"
#include "kernel/traps.h"
#include "loop/task.h"

namespace weir::kernel {

/// Native recursion of the evaluator, over all contexts. Where it is deep, work
/// becomes a task, which starts on a fresh stack.
class NativeDepth {
 public:
  NativeDepth() { ++depth_; }
  ~NativeDepth() { --depth_; }
  NativeDepth(const NativeDepth&) = delete;
  NativeDepth& operator=(const NativeDepth&) = delete;
  bool is_deep() const { return depth_ > kMaxNativeDepth; }

  static constexpr int kMaxNativeDepth = 40;

 private:
  static inline thread_local int depth_ = 0;
};

/// One of them has come, and its trap may run now.
inline bool has_pending_trap(Context& ctx) {
  const PendingSignals* pending = pending_of(ctx);
  return pending && !pending->empty() && !ctx.in_trap;
}

/// True when something must happen before the next command: cancel, stop, a trap, others' turn.
inline bool needs_checkpoint(Context& ctx) {
  return ctx.token.cancelled() || (ctx.pause && ctx.pause->is_paused()) || has_pending_trap(ctx) ||
         is_interrupted(ctx) || ctx.shell.loop.should_yield();
}

/// Does it: yields, waits while the job is stopped, runs traps, and leaves the
/// context when it was cancelled. Check ctx.unwinding() after.
loop::Task<void> checkpoint(Context& ctx);

/// A signal that came with the last command of all: its trap runs, or it ends the context.
loop::Task<void> hear_last_signals(Context& ctx);

/// What was cancelled ends with the signal's status, whatever its last command was: one whose
/// status is only looked at (a condition, behind `!`) would say that all went well.
bool leave_if_cancelled(Context& ctx);

/// Takes the status of a command that is a unit for errexit and ERR (LANGUAGE 6.5).
loop::ValueTask<int> finish_command(Context& ctx, int status);

/// A failed expansion or redirection: reports it and gives the status (1).
loop::Task<int> report_failure(Context& ctx, Error error);

}  // namespace weir::kernel
