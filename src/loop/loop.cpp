#include "loop/loop.h"

#include <sys/resource.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "loop/thread_pool.h"

namespace weir::loop {

namespace {

constexpr auto kShare = std::chrono::milliseconds(2);
constexpr int kResumesBetweenPolls = 512;
constexpr rlim_t kFewestFiles = 9;
constexpr int kCannotBegin = 126;  // as other shells, for what is there and cannot be run

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "weir: internal error: %s\n", what);
  std::abort();
}

}  // namespace

/// A queue in a circular buffer that only grows.
struct Loop::Ring {
  std::vector<std::coroutine_handle<>> items = std::vector<std::coroutine_handle<>>(64);
  size_t head = 0;
  size_t count = 0;

  bool empty() const { return count == 0; }
  void push(std::coroutine_handle<> handle) {
    if (count == items.size()) grow();
    items[(head + count++) & (items.size() - 1)] = handle;
  }
  std::coroutine_handle<> pop() {
    auto handle = items[head];
    head = (head + 1) & (items.size() - 1);
    --count;
    return handle;
  }
  void grow() {
    std::vector<std::coroutine_handle<>> larger(items.size() * 2);
    for (size_t i = 0; i < count; ++i) larger[i] = items[(head + i) & (items.size() - 1)];
    items.swap(larger);
    head = 0;
  }
};

Loop::Loop()
    : uv_(std::make_unique<uv_loop_t>()),
      ready_(std::make_unique<Ring>()),
      after_poll_(std::make_unique<Ring>()) {
  // libuv aborts where it has no descriptor for its signals.
  rlimit files{};
  const bool too_few = ::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < kFewestFiles;
  const int err = too_few ? UV_EMFILE : uv_loop_init(uv_.get());
  if (err == 0) return;
  std::fprintf(stderr, "weir: cannot begin: %s (ulimit -n says how many may be open)\n",
               uv_strerror(err));
  std::_Exit(kCannotBegin);
}

Loop::~Loop() {
  uv_run(uv_.get(), UV_RUN_NOWAIT);  // close callbacks
  if (uv_loop_close(uv_.get()) != 0) {
    uv_print_all_handles(uv_.get(), stderr);
    die("a handle outlives its loop");
  }
}

void Loop::post(std::coroutine_handle<> handle) {
  ready_->push(handle);
  // uv_run() calls timers that are due before it waits: with something to do it must not wait.
  if (polling_) uv_stop(uv_.get());
}
void Loop::post_after_poll(std::coroutine_handle<> handle) { after_poll_->push(handle); }

bool Loop::share_is_used() { return Clock::now() - share_began_ > kShare; }

void Loop::drain_ready() {
  share_began_ = Clock::now();
  for (int i = 0; i < kResumesBetweenPolls && !ready_->empty(); ++i) ready_->pop().resume();
}

void Loop::run_until(const bool& done) {
  if (running_) die("Loop::run is not re-entrant");
  running_ = true;
  for (;;) {
    drain_ready();
    ++turns_;
    if (done) break;
    const bool more = !ready_->empty() || !after_poll_->empty();
    polling_ = true;
    const int alive = uv_run(uv_.get(), more ? UV_RUN_NOWAIT : UV_RUN_ONCE);
    polling_ = false;
    // Those who yielded go behind what the poll made ready.
    while (!after_poll_->empty()) ready_->push(after_poll_->pop());
    if (!alive && ready_->empty() && !done)
      die("nothing is left that could end what is waited for");
  }
  running_ = false;
}

// ---- sleeping and the thread pool ---------------------------------------------

namespace {

/// One timer that resumes one coroutine, by time or by cancellation. Closed by
/// libuv after the coroutine has gone on, so it owns itself.
struct Timer {
  uv_timer_t uv{};
  Loop& loop;
  std::coroutine_handle<> handle{};
  bool fired = false;

  explicit Timer(Loop& l) : loop(l) {
    uv_timer_init(l.raw(), &uv);
    uv.data = this;
  }
  void wake() {
    if (handle) loop.post(std::exchange(handle, {}));
  }
  void close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&uv),
             [](uv_handle_t* h) noexcept { delete static_cast<Timer*>(h->data); });
  }
};

struct TimerAwaiter {
  Timer* timer;
  Duration delay;
  CancelToken token;
  std::optional<CancelCallback> on_cancel = {};

  bool await_ready() const noexcept { return token.cancelled(); }
  void await_suspend(std::coroutine_handle<> h) {
    timer->handle = h;
    // Rounded up: a sleep never ends early. libuv's clock is taken at the last
    // poll, so it is brought up to date first.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(delay).count();
    uv_update_time(timer->uv.loop);
    uv_timer_start(
        &timer->uv,
        [](uv_timer_t* t) noexcept {
          auto* self = static_cast<Timer*>(t->data);
          self->fired = true;
          self->wake();
        },
        ms > 0 ? static_cast<uint64_t>(ms) : 0, 0);
    on_cancel.emplace(token, [t = timer] { t->wake(); });
  }
  void await_resume() { on_cancel.reset(); }
};

Error cancelled_error() { return Error{ErrorKind::cancelled, "cancelled", {}, 0}; }

struct PoolJob {
  uv_work_t uv{};
  Loop* loop = nullptr;
  std::function<void()> work;
  std::coroutine_handle<> handle{};
};

int pool_jobs = 0;  // on their way, of all loops; loop threads only: there is one

struct PoolAwaiter {
  PoolJob& job;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    job.handle = h;
    job.uv.data = &job;
    const int err = uv_queue_work(
        job.loop->raw(), &job.uv,
        [](uv_work_t* w) noexcept { static_cast<PoolJob*>(w->data)->work(); },
        [](uv_work_t* w, int) noexcept {
          auto* self = static_cast<PoolJob*>(w->data);
          --pool_jobs;
          self->loop->post(self->handle);
        });
    if (err != 0) die("the thread pool takes no work");
    ++pool_jobs;
  }
  void await_resume() const noexcept {}
};

}  // namespace

Task<Result<void>> sleep_for(Loop& loop, Duration delay, CancelToken token) {
  auto* timer = new Timer(loop);
  co_await TimerAwaiter{timer, delay, token};
  const bool fired = timer->fired;
  timer->close();
  if (!fired) co_return fail(cancelled_error());
  co_return Result<void>{};
}

Task<void> run_on_pool(Loop& loop, std::function<void()> work) {
  PoolJob job;
  job.loop = &loop;
  job.work = std::move(work);
  co_await PoolAwaiter{job};
}

Task<void> pool_idle(Loop& loop) {
  constexpr int kMost = 1000;
  for (int i = 0; i < kMost && pool_jobs > 0; ++i)
    (void)co_await sleep_for(loop, std::chrono::milliseconds(1));
}

// ---- Event --------------------------------------------------------------------

Event::~Event() {
  if (first_) die("an Event is destroyed while somebody waits for it");
}

void Event::link(Waiter& w) {
  w.prev = last_;
  w.next = nullptr;
  if (last_)
    last_->next = &w;
  else
    first_ = &w;
  last_ = &w;
  w.linked = true;
}

void Event::unlink(Waiter& w) {
  if (w.prev)
    w.prev->next = w.next;
  else
    first_ = w.next;
  if (w.next)
    w.next->prev = w.prev;
  else
    last_ = w.prev;
  w.linked = false;
}

void Event::pulse() {
  while (first_) {
    Waiter& w = *first_;
    unlink(w);
    w.woken = true;
    loop_.post(w.handle);
  }
}

void Event::set() {
  set_ = true;
  pulse();
}

void Event::Waiter::await_suspend(std::coroutine_handle<> h) {
  handle = h;
  event.link(*this);
  on_cancel.emplace(token, [this] {
    if (!linked) return;
    event.unlink(*this);
    event.loop_.post(handle);
  });
}

Result<void> Event::Waiter::await_resume() {
  on_cancel.reset();
  if (woken || event.set_) return {};
  return fail(cancelled_error());
}

// ---- FdPoller -----------------------------------------------------------------

struct FdPoller::Impl {
  Loop& loop;
  uv_poll_t uv{};
  Event readable;
  Event writable;
  bool pollable = false;
  int watched = 0;

  Impl(Loop& l, int fd) : loop(l), readable(l), writable(l) {
    uv.data = this;
    // EPERM: a regular file or directory, which is always ready.
    pollable = uv_poll_init(l.raw(), &uv, fd) == 0;
  }

  int wanted() const {
    return (readable.has_waiters() ? UV_READABLE | UV_DISCONNECT : 0) |
           (writable.has_waiters() ? UV_WRITABLE : 0);
  }

  void watch(int events) {
    if (events == watched) return;
    watched = events;
    if (events == 0)
      uv_poll_stop(&uv);
    else
      uv_poll_start(&uv, events, on_ready);
  }

  static void on_ready(uv_poll_t* poll, int status, int events) noexcept {
    auto* self = static_cast<Impl*>(poll->data);
    const int wanted = self->wanted();
    // An error or hang-up wakes both: the next read or write will say what it is.
    if (status < 0 || (events & (UV_READABLE | UV_DISCONNECT))) self->readable.pulse();
    if (status < 0 || (events & UV_WRITABLE)) self->writable.pulse();
    // Who was woken usually waits again at once, so an event stays watched until it comes when
    // nobody waits: that saves a stream three system calls for each wait.
    if (status < 0)
      self->watch(0);
    else if ((events & ~wanted) != 0)
      self->watch(wanted);
  }

  Task<Result<void>> wait(Event& event, CancelToken token) {
    if (!pollable) co_return Result<void>{};
    auto waiter = event.wait(std::move(token));
    struct Updating {
      Impl& impl;
      Event::Waiter& waiter;
      bool await_ready() const noexcept { return waiter.await_ready(); }
      void await_suspend(std::coroutine_handle<> h) {
        waiter.await_suspend(h);
        impl.watch(impl.watched | impl.wanted());
      }
      Result<void> await_resume() { return waiter.await_resume(); }
    };
    co_return co_await Updating{*this, waiter};
  }

  static void close(Impl* self) {
    if (!self->pollable) {
      delete self;
      return;
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&self->uv),
             [](uv_handle_t* h) noexcept { delete static_cast<Impl*>(h->data); });
  }
};

FdPoller::FdPoller(Loop& loop, int fd) : impl_(new Impl(loop, fd), &Impl::close) {}
FdPoller::~FdPoller() = default;

Task<Result<void>> FdPoller::readable(CancelToken token) {
  return impl_->wait(impl_->readable, std::move(token));
}
Task<Result<void>> FdPoller::writable(CancelToken token) {
  return impl_->wait(impl_->writable, std::move(token));
}

// ---- SignalWatcher ------------------------------------------------------------

struct SignalWatcher::Impl {
  uv_signal_t uv{};
  std::function<void()> on_signal;

  static void close(Impl* self) {
    uv_close(reinterpret_cast<uv_handle_t*>(&self->uv),
             [](uv_handle_t* h) noexcept { delete static_cast<Impl*>(h->data); });
  }
};

SignalWatcher::SignalWatcher(Loop& loop, int signal, std::function<void()> on_signal)
    : impl_(new Impl, &Impl::close) {
  impl_->on_signal = std::move(on_signal);
  impl_->uv.data = impl_.get();
  uv_signal_init(loop.raw(), &impl_->uv);
  uv_signal_start(
      &impl_->uv, [](uv_signal_t* s, int) noexcept { static_cast<Impl*>(s->data)->on_signal(); },
      signal);
}
SignalWatcher::~SignalWatcher() = default;

// ---- TaskGroup ----------------------------------------------------------------

/// A coroutine that frees its own frame at the end: the group counts it.
struct TaskGroup::Runner {
  struct promise_type : detail::PromiseBase {
    Runner get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
  };
  std::coroutine_handle<> handle;
};

TaskGroup::Runner TaskGroup::run(Task<void> task) {
  co_await std::move(task);
  // The frame (and what the task holds) goes before join() returns.
  {
    Task<void> ended = std::move(task);
  }
  if (--live_ == 0) idle_.set();
}

TaskGroup::~TaskGroup() {
  if (live_ != 0) die("a TaskGroup is destroyed before it was joined");
}

void TaskGroup::start(Task<void> task) {
  if (live_++ == 0) idle_.reset();
  run(std::move(task)).handle.resume();
}

void TaskGroup::start_later(Task<void> task) {
  if (live_++ == 0) idle_.reset();
  loop_.post(run(std::move(task)).handle);
}

Task<void> TaskGroup::join() {
  while (live_ != 0) (void)co_await idle_.wait();
}

}  // namespace weir::loop
