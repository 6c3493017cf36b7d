// Deadline: cancels a source when the time is over, unless it is released before.
//
//   CancelSource attempt(token);
//   Deadline deadline(loop, 5s, attempt);
//   … co_await what listens to attempt.token() …
//   co_await deadline.release();
#pragma once

#include <csignal>

#include "loop/loop.h"

namespace weir::scheduler {

class Deadline {
 public:
  /// `source` must outlive this.
  Deadline(loop::Loop& loop, loop::Duration time, loop::CancelSource& source, int reason = SIGALRM)
      : tasks_(loop) {
    tasks_.start(watch(loop, time, source, reason, released_.token(), &over_));
  }

  /// Must be awaited once before this is destroyed.
  loop::Task<void> release() {
    released_.cancel();
    return tasks_.join();
  }
  /// The time was over before the release.
  bool is_over() const { return over_; }

 private:
  static loop::Task<void> watch(loop::Loop& loop, loop::Duration time, loop::CancelSource& source,
                                int reason, loop::CancelToken released, bool* over) {
    if (!co_await loop::sleep_for(loop, time, std::move(released))) co_return;
    *over = true;
    source.cancel(reason);
  }

  loop::CancelSource released_;
  bool over_ = false;
  loop::TaskGroup tasks_;
};

}  // namespace weir::scheduler
