// Task<T> and ValueTask<T>: the coroutines that everything waiting is written as.
//
// A Task is lazy (runs when awaited), move-only, awaited once, and lives on the
// thread of its Loop. Awaiting transfers control without growing the native
// stack, in both directions, so nesting is bounded by memory. A ValueTask is a
// value that is there already or a Task that will give it: what often completes
// at once returns one and pays for no frame.
//
//   good:  Task<int> f(std::string s);        // parameters by value
//          int n = co_await f("x");
//   bad:   auto l = [&]() -> Task<int> {…};    // captures die before the frame
//          auto t = f(temporary_view);         // a view into a dead temporary
//
// No exception crosses a Task: errors are Results; an escaped exception ends
// the program.
#pragma once

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace weir::loop {

/// Frames come from free lists by size: a frame costs about as much as a call.
void* allocate_frame(size_t size);
void free_frame(void* frame, size_t size) noexcept;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();

  static void* operator new(size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, size_t size) noexcept { free_frame(frame, size); }

  std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
      return self.promise().continuation;
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
  [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  auto get_return_object() { return std::coroutine_handle<Promise>::from_promise(*this); }
  template <class U>
  void return_value(U&& u) {
    value.emplace(std::forward<U>(u));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  auto get_return_object() { return std::coroutine_handle<Promise>::from_promise(*this); }
  void return_void() noexcept {}
  void take() noexcept {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  explicit operator bool() const { return static_cast<bool>(handle_); }
  Handle handle() const { return handle_; }

  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
      handle.promise().continuation = awaiting;
      return handle;
    }
    T await_resume() { return handle.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  Handle handle_;
};

template <class T>
class [[nodiscard]] ValueTask {
 public:
  ValueTask(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  ValueTask(Task<T> task) : state_(std::in_place_index<1>, std::move(task)) {}

  bool ready() const { return state_.index() == 0; }
  /// REQUIRES: ready().
  T take() { return std::move(std::get<0>(state_)); }
  /// REQUIRES: !ready().
  Task<T> task() { return std::move(std::get<1>(state_)); }

  struct Awaiter {
    ValueTask& owner;
    bool await_ready() const noexcept { return owner.ready(); }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
      auto handle = std::get<1>(owner.state_).handle();
      handle.promise().continuation = awaiting;
      return handle;
    }
    T await_resume() {
      if (owner.ready()) return owner.take();
      return std::get<1>(owner.state_).handle().promise().take();
    }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{*this}; }

 private:
  std::variant<T, Task<T>> state_;
};

}  // namespace weir::loop
