// Alarm: one coroutine waits until a time or until somebody rings.
//
// A ring while nobody waits is kept for the next wait. Must outlive its waiter. Used by the
// daemon's loops, so that they sleep without a limit while there is nothing to do.
#pragma once

#include <optional>

#include "gate/request.h"
#include "loop/loop.h"

namespace weir::gate::daemon {

class Alarm {
 public:
  explicit Alarm(loop::Loop& loop) : loop_(loop), never_(loop) {}

  void ring() {
    rung_ = true;
    if (waiting_) waiting_->cancel();
  }

  /// Ends after `limit` (never without one), at a ring, or when the token is triggered.
  loop::Task<void> wait(std::optional<Duration> limit, loop::CancelToken token) {
    if (!rung_) {
      loop::CancelSource waiting(token);
      waiting_ = &waiting;
      if (limit) {
        (void)co_await loop::sleep_for(loop_, *limit, waiting.token());
      } else {
        (void)co_await never_.wait(waiting.token());
      }
      waiting_ = nullptr;
    }
    rung_ = false;
  }

 private:
  loop::Loop& loop_;
  loop::Event never_;
  loop::CancelSource* waiting_ = nullptr;
  bool rung_ = false;
};

}  // namespace weir::gate::daemon
