#include "repl/pool_desk.h"

#include <catch2/catch.hpp>
#include <future>

#include "kernel/context.h"
#include "kernel/kernel.h"

using namespace weir;
using weir::repl::PoolDesk;

namespace {

loop::Task<void> hang_and_ask(kernel::Shell& shell, PoolDesk& desk, std::shared_future<void> disk,
                              std::promise<void>& mend, std::vector<std::string>& log) {
  loop::CancelSource leave;
  loop::TaskGroup group(shell.loop);
  struct Asks {
    static loop::Task<void> hanging(PoolDesk& desk, std::shared_future<void> disk,
                                    loop::CancelToken token, std::vector<std::string>& log) {
      const auto answer = co_await desk.ask<int>([disk] { return disk.wait(), 1; }, token);
      log.push_back(answer ? "answered" : "left");
    }
    static loop::Task<void> next(PoolDesk& desk, std::vector<std::string>& log) {
      const auto answer = co_await desk.ask<int>([] { return 2; }, {});
      log.push_back(answer && *answer == 2 ? "next" : "wrong");
    }
  };
  for (int i = 0; i < 20; ++i) group.start(Asks::hanging(desk, disk, leave.token(), log));
  co_await loop::run_on_pool(shell.loop, [] {});  // other work has a thread
  leave.cancel();
  co_await shell.loop.yield();
  group.start(Asks::next(desk, log));
  mend.set_value();
  co_await group.join();
  co_await shell.background.join();
}

}  // namespace

TEST_CASE("a disk that hangs holds one thread, and who waits for it can leave") {
  Kernel kernel;
  auto& shell = kernel.context().shell;
  PoolDesk desk(shell);
  std::promise<void> mend;
  std::vector<std::string> log;
  shell.loop.run(hang_and_ask(shell, desk, mend.get_future().share(), mend, log));
  REQUIRE(log.size() == 21);
  CHECK(std::count(log.begin(), log.end(), "left") == 20);
  CHECK(log.back() == "next");
}
