// WaitLimit: what may end a wait early: the context's token, a time, and where
// asked for a signal that the context has a trap for (POSIX: `wait` returns then).
#pragma once

#include <optional>

#include "kernel/context.h"
#include "kernel/shell.h"
#include "kernel/traps.h"
#include "loop/loop.h"

namespace weir::builtins {

class WaitLimit {
 public:
  WaitLimit(kernel::Context& ctx, std::optional<loop::Duration> time,
            std::optional<kernel::Interrupts> interrupts = {});
  WaitLimit(const WaitLimit&) = delete;
  WaitLimit& operator=(const WaitLimit&) = delete;

  /// For what is awaited.
  loop::CancelToken token() const { return source_.token(); }
  /// Must be awaited before this goes.
  loop::Task<void> end();

  bool timed_out() const { return timed_out_; }
  /// The trapped signal that ended the wait; 0 when none did.
  int trapped_signal() const { return trapped_signal_; }

 private:
  loop::Task<void> watch_time(loop::Duration time);
  loop::Task<void> watch_traps();

  kernel::Context& ctx_;
  std::optional<kernel::InterruptSource> interrupts_;
  loop::CancelSource source_;  // child of the context's token
  loop::CancelSource stop_;    // ends the watchers
  loop::TaskGroup watchers_;
  bool timed_out_ = false;
  int trapped_signal_ = 0;
};

}  // namespace weir::builtins
