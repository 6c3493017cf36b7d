#include "loop/loop.h"

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <latch>
#include <vector>

#include "loop/thread_pool.h"

using namespace weir;
using namespace weir::loop;
using namespace std::chrono_literals;

namespace {

Task<int> answer() { co_return 42; }

Task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

ValueTask<int> maybe(bool now) {
  if (now) return 7;
  return answer();
}

Task<int> sum_of_maybes() { co_return co_await maybe(true) + co_await maybe(false); }

}  // namespace

TEST_CASE("a task gives its value to run()") {
  Loop loop;
  CHECK(loop.run(answer()) == 42);
}

TEST_CASE("awaiting is not bounded by the native stack") {
  Loop loop;
  CHECK(loop.run(nested(200'000)) == 200'000);
}

TEST_CASE("a value task is a value or a task") {
  Loop loop;
  CHECK(loop.run(sum_of_maybes()) == 49);
}

TEST_CASE("a sleep is ended by its token with a cancelled error") {
  Loop loop;
  CancelSource source;
  struct Body {
    static Task<bool> sleeper(Loop& loop, CancelToken token) {
      auto result = co_await sleep_for(loop, 1h, token);
      co_return !result && result.error().kind == ErrorKind::cancelled;
    }
    static Task<void> run(Loop& loop, CancelSource& source, bool& was_cancelled) {
      TaskGroup group(loop);
      struct Part {
        static Task<void> go(Loop& loop, CancelToken token, bool& out) {
          out = co_await sleeper(loop, std::move(token));
        }
      };
      group.start(Part::go(loop, source.token(), was_cancelled));
      source.cancel(SIGTERM);
      co_await group.join();
    }
  };
  bool was_cancelled = false;
  loop.run(Body::run(loop, source, was_cancelled));
  CHECK(was_cancelled);
}

TEST_CASE(
    "a sleep that is over when the loop polls wakes its sleeper, whatever else is waited for") {
  Loop loop;
  struct Body {
    static Task<void> guard(Loop& loop, CancelToken token, bool& fired) {
      fired = (co_await sleep_for(loop, 3s, std::move(token))).has_value();
    }
    static Task<void> run(Loop& loop, bool& guard_fired) {
      TaskGroup group(loop);
      CancelSource source;
      group.start(guard(loop, source.token(), guard_fired));
      (void)co_await sleep_for(loop, 0s);
      source.cancel();
      co_await group.join();
    }
  };
  bool guard_fired = true;
  loop.run(Body::run(loop, guard_fired));
  CHECK(!guard_fired);
}

TEST_CASE("cancelling a parent cancels the child and not the other way round") {
  CancelSource parent;
  CancelSource child(parent.token());
  CancelSource other(parent.token());
  other.cancel(SIGINT);
  CHECK_FALSE(parent.cancelled());
  CHECK_FALSE(child.cancelled());
  parent.cancel(SIGALRM);
  CHECK(child.token().reason() == SIGALRM);
  CHECK(other.token().reason() == SIGINT);
  CancelSource late(parent.token());
  CHECK(late.cancelled());
}

TEST_CASE("a cancel callback may remove others and is called once") {
  CancelSource source;
  int calls = 0;
  auto second = std::make_unique<CancelCallback>(source.token(), [&] { ++calls; });
  CancelCallback first(source.token(), [&] {
    ++calls;
    second.reset();
  });
  source.cancel();
  source.cancel();
  CHECK(calls == 1);
}

TEST_CASE("a poller wakes the reader when bytes arrive") {
  Loop loop;
  int fds[2];
  REQUIRE(::pipe(fds) == 0);
  struct Body {
    static Task<void> read(Loop& loop, int fd, char& got) {
      FdPoller poller(loop, fd);
      auto ready = co_await poller.readable();
      if (ready) (void)!::read(fd, &got, 1);
    }
    static Task<void> run(Loop& loop, int r, int w, char& got) {
      TaskGroup group(loop);
      group.start(read(loop, r, got));
      co_await loop.yield();
      (void)!::write(w, "x", 1);
      co_await group.join();
    }
  };
  char got = 0;
  loop.run(Body::run(loop, fds[0], fds[1], got));
  CHECK(got == 'x');
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST_CASE("bytes that nobody waits for do not wake the loop again and again") {
  Loop loop;
  int fds[2];
  REQUIRE(::pipe(fds) == 0);
  struct Body {
    static Task<uint64_t> run(Loop& loop, int r, int w) {
      FdPoller poller(loop, r);
      (void)!::write(w, "x", 1);
      CHECK(co_await poller.readable());
      const uint64_t before = loop.turns();  // the byte is not read, so it is there all the time
      CHECK(co_await sleep_for(loop, 20ms));
      CHECK(co_await poller.readable());
      co_return loop.turns() - before;
    }
  };
  CHECK(loop.run(Body::run(loop, fds[0], fds[1])) < 10);
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST_CASE("work on the pool is awaited") {
  Loop loop;
  struct Body {
    static Task<int> run(Loop& loop) {
      int value = 0;
      co_await run_on_pool(loop, [&value] { value = 5; });
      co_return value;
    }
  };
  CHECK(loop.run(Body::run(loop)) == 5);
}

TEST_CASE("who waits for an idle pool waits for the work that is there") {
  Loop loop;
  struct Body {
    static Task<void> work(Loop& loop, std::latch& go_on, std::atomic<bool>& is_done) {
      co_await run_on_pool(loop, [&] {
        go_on.wait();
        is_done = true;
      });
    }
    static Task<void> let_go(Loop& loop, std::latch& go_on) {
      for (int i = 0; i < 3; ++i) co_await loop.yield();
      go_on.count_down();
    }
    static Task<bool> run(Loop& loop) {
      std::latch go_on(1);
      std::atomic<bool> is_done = false;
      TaskGroup tasks(loop);
      tasks.start(work(loop, go_on, is_done));
      tasks.start(let_go(loop, go_on));
      co_await pool_idle(loop);
      const bool was_done = is_done;
      co_await tasks.join();
      co_return was_done;
    }
  };
  CHECK(loop.run(Body::run(loop)));
}

TEST_CASE("a signal reaches its watcher") {
  Loop loop;
  struct Body {
    static Task<bool> run(Loop& loop) {
      Event seen(loop);
      SignalWatcher watcher(loop, SIGUSR1, [&seen] { seen.set(); });
      ::kill(::getpid(), SIGUSR1);
      co_return (co_await seen.wait()).has_value();
    }
  };
  CHECK(loop.run(Body::run(loop)));
}

TEST_CASE("those who yield go after input and in turn") {
  Loop loop;
  struct Body {
    static Task<void> part(Loop& loop, std::vector<int>& order, int id) {
      for (int i = 0; i < 3; ++i) {
        order.push_back(id);
        co_await loop.yield();
      }
    }
    static Task<void> run(Loop& loop, std::vector<int>& order) {
      TaskGroup group(loop);
      group.start(part(loop, order, 1));
      group.start(part(loop, order, 2));
      co_await group.join();
    }
  };
  std::vector<int> order;
  loop.run(Body::run(loop, order));
  CHECK(order == std::vector<int>{1, 2, 1, 2, 1, 2});
}
