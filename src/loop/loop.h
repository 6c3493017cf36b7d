// Loop: one libuv loop on one thread, and the queue of coroutines that are ready.
//
// Everything in weir waits through the awaitables of this folder. Callbacks of
// libuv never run shell code: they put coroutines on the ready queue, which
// run_until_done() drains between polls, so nothing recurses. `~Loop` asserts
// that every handle was closed: each test is a leak test.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "base/error.h"
#include "loop/cancel.h"
#include "loop/task.h"

struct uv_loop_s;

namespace weir::loop {

using Duration = std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs `task` and all that it starts until it has ended, and returns its value.
  /// Not re-entrant.
  template <class T>
  T run(Task<T> task);

  /// Resumes `handle` from the loop, after what is queued already.
  void post(std::coroutine_handle<> handle);

  /// Lets everything else that is ready, and input and output, go first.
  struct Yield {
    Loop& loop;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) { loop.post_after_poll(h); }
    void await_resume() const noexcept {}
  };
  Yield yield() { return Yield{*this}; }

  /// True once the running coroutine has had its share of time (about 2 ms)
  /// and something else may be waiting. Cheap: looks at the clock every 256th call.
  bool should_yield() { return (++yield_calls_ & 0xff) == 0 && share_is_used(); }

  uv_loop_s* raw() { return uv_.get(); }

  /// The queue and the polls went round this many times: for tests of idleness.
  uint64_t turns() const { return turns_; }

 private:
  void run_until(const bool& done);
  void post_after_poll(std::coroutine_handle<> handle);
  bool share_is_used();
  void drain_ready();

  struct Ring;  // the ready queue
  std::unique_ptr<uv_loop_s> uv_;
  std::unique_ptr<Ring> ready_;
  std::unique_ptr<Ring> after_poll_;
  Clock::time_point share_began_{};
  uint32_t yield_calls_ = 0;
  uint64_t turns_ = 0;
  bool running_ = false;
  bool polling_ = false;  // in uv_run(): a callback is what posts
};

// ---- awaitables ---------------------------------------------------------------

/// Ends after `delay`, or with a cancelled error when the token is triggered before.
Task<Result<void>> sleep_for(Loop& loop, Duration delay, CancelToken token = {});

/// Runs `work` on the thread pool. It must not touch the loop or shell state.
Task<void> run_on_pool(Loop& loop, std::function<void()> work);

/// A flag that coroutines can wait for. set() wakes all waiters through the
/// ready queue; it stays set until reset(). Must outlive its waiters.
class Event {
 public:
  explicit Event(Loop& loop) : loop_(loop) {}
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set();
  void reset() { set_ = false; }
  bool is_set() const { return set_; }

  /// Wakes those who wait now and leaves the flag as it is.
  void pulse();

  /// Ok when set, a cancelled error when `token` was triggered first.
  struct [[nodiscard]] Waiter {
    Waiter(Event& e, CancelToken t) : event(e), token(std::move(t)) {}
    bool await_ready() const noexcept { return event.set_ || token.cancelled(); }
    void await_suspend(std::coroutine_handle<> h);
    Result<void> await_resume();

    Event& event;
    CancelToken token;
    std::coroutine_handle<> handle = {};
    std::optional<CancelCallback> on_cancel = {};
    Waiter* next = nullptr;
    Waiter* prev = nullptr;
    bool linked = false;
    bool woken = false;
  };
  Waiter wait(CancelToken token = {}) { return Waiter(*this, std::move(token)); }
  bool has_waiters() const { return first_ != nullptr; }

 private:
  friend struct Waiter;
  void link(Waiter& w);
  void unlink(Waiter& w);
  Loop& loop_;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  bool set_ = false;
};

/// Readiness of one descriptor. Any number of coroutines may wait. Regular
/// files and others that cannot be polled are always ready. The descriptor is
/// not owned and must stay open while this lives.
class FdPoller {
 public:
  FdPoller(Loop& loop, int fd);
  ~FdPoller();
  FdPoller(const FdPoller&) = delete;
  FdPoller& operator=(const FdPoller&) = delete;

  Task<Result<void>> readable(CancelToken token = {});
  Task<Result<void>> writable(CancelToken token = {});

 private:
  struct Impl;
  std::unique_ptr<Impl, void (*)(Impl*)> impl_;
};

/// Calls `on_signal` from the loop each time the signal arrives (bursts may
/// collapse into one). The disposition is restored when this is destroyed.
class SignalWatcher {
 public:
  SignalWatcher(Loop& loop, int signal, std::function<void()> on_signal);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl, void (*)(Impl*)> impl_;
};

/// Several tasks at once, all joined: the only way to run two things together.
/// `~TaskGroup` asserts that join() was awaited after the last start().
class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop) : loop_(loop), idle_(loop) { idle_.set(); }
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Begins the task now, up to its first wait, and keeps it until it has ended.
  void start(Task<void> task);
  /// Begins it from the ready queue instead.
  void start_later(Task<void> task);
  Task<void> join();
  size_t live() const { return live_; }

 private:
  struct Runner;
  Runner run(Task<void> task);
  Loop& loop_;
  Event idle_;
  size_t live_ = 0;
};

// ---- inline -------------------------------------------------------------------

namespace detail {
template <class T>
Task<void> run_root(Task<T> task, std::optional<T>& result, bool& done) {
  result.emplace(co_await std::move(task));
  done = true;
}
inline Task<void> run_root_void(Task<void> task, bool& done) {
  co_await std::move(task);
  done = true;
}
}  // namespace detail

template <class T>
T Loop::run(Task<T> task) {
  bool done = false;
  if constexpr (std::is_void_v<T>) {
    auto root = detail::run_root_void(std::move(task), done);
    post(root.handle());
    run_until(done);
  } else {
    std::optional<T> result;
    auto root = detail::run_root<T>(std::move(task), result, done);
    post(root.handle());
    run_until(done);
    return std::move(*result);
  }
}

}  // namespace weir::loop
