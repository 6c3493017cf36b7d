// ask_pool(): an answer from the thread pool that nobody has to wait for.
//
// A file system may hang for minutes. The work goes on then, in the shell's background;
// who asked leaves when their token is cancelled.
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "kernel/shell.h"
#include "loop/loop.h"

namespace weir::repl {

namespace detail {

template <class T>
struct PoolAnswer {
  explicit PoolAnswer(loop::Loop& loop) : ready(loop) {}
  T value{};
  loop::Event ready;
};

template <class T>
loop::Task<void> find_answer(loop::Loop& loop, std::shared_ptr<PoolAnswer<T>> answer,
                             std::function<T()> work) {
  co_await loop::run_on_pool(loop, [&answer, &work] { answer->value = work(); });
  answer->ready.set();
}

}  // namespace detail

/// What `work` gives, or a cancelled error. `work` must touch nothing of the shell.
template <class T>
loop::Task<Result<T>> ask_pool(kernel::Shell& shell, std::function<T()> work,
                               loop::CancelToken token) {
  // shared: the work, which may outlive the question
  auto answer = std::make_shared<detail::PoolAnswer<T>>(shell.loop);
  shell.background.start(detail::find_answer<T>(shell.loop, answer, std::move(work)));
  if (auto waited = co_await answer->ready.wait(token); !waited) {
    co_return fail(std::move(waited.error()));
  }
  co_return std::move(answer->value);
}

}  // namespace weir::repl
