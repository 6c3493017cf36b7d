// PoolDesk: answers from the thread pool that nobody has to wait for.
//
// A file system may hang for minutes. The work goes on then, in the shell's background; who asked
// leaves when their token is cancelled. One question is worked on at a time, so that however
// often somebody asks, a disk that does not answer holds one thread of the few that there are.
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "kernel/shell.h"
#include "loop/loop.h"

namespace weir::repl {

class PoolDesk {
 public:
  explicit PoolDesk(kernel::Shell& shell)
      : shell_(shell), seat_(std::make_shared<Seat>(shell.loop)) {}

  /// What `work` gives, or a cancelled error. `work` must touch nothing of the shell.
  template <class T>
  loop::Task<Result<T>> ask(std::function<T()> work, loop::CancelToken token) {
    while (seat_->is_taken) {
      if (auto waited = co_await seat_->freed.wait(token); !waited) {
        co_return fail(std::move(waited.error()));
      }
    }
    // shared: the work, which may outlive the question
    auto answer = std::make_shared<Answer<T>>(shell_.loop);
    seat_->is_taken = true;
    shell_.background.start(find_answer<T>(shell_.loop, seat_, answer, std::move(work)));
    if (auto waited = co_await answer->ready.wait(token); !waited) {
      co_return fail(std::move(waited.error()));
    }
    co_return std::move(answer->value);
  }

 private:
  struct Seat {
    explicit Seat(loop::Loop& loop) : freed(loop) {}
    bool is_taken = false;
    loop::Event freed;  // pulsed
  };
  template <class T>
  struct Answer {
    explicit Answer(loop::Loop& loop) : ready(loop) {}
    T value{};
    loop::Event ready;
  };

  template <class T>
  static loop::Task<void> find_answer(loop::Loop& loop, std::shared_ptr<Seat> seat,
                                      std::shared_ptr<Answer<T>> answer, std::function<T()> work) {
    co_await loop::run_on_pool(loop, [&answer, &work] { answer->value = work(); });
    seat->is_taken = false;
    seat->freed.pulse();
    answer->ready.set();
  }

  kernel::Shell& shell_;
  std::shared_ptr<Seat> seat_;  // shared: the work, which may outlive this
};

}  // namespace weir::repl
