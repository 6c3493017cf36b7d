#include "scheduler/reaper.h"

#include <catch2/catch.hpp>

#include "support/children.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

pid_t start_sh(const std::string& script, std::optional<pid_t> group = {}) {
  return *spawn_words({"/bin/sh", "-c", script}, [&](SpawnSpec& spec) { spec.group = group; });
}

Task<int> code_of(Loop& loop, ProcessPtr process) {
  co_return (co_await wait_for_end(loop, std::move(process), {})).code();
}

Task<void> until(ProcessPtr process, bool Process::* state, bool value) {
  while ((*process).*state != value) (void)co_await process->changed.wait();
}

Task<void> end_all(Loop& loop, std::vector<ProcessPtr> processes) {
  for (auto& process : processes) (void)co_await wait_for_end(loop, process, {});
}

Task<void> cancel_when_stopped(ProcessPtr process, CancelSource& source) {
  co_await until(process, &Process::stopped, true);
  source.cancel(SIGTERM);
}

/// Spins without the loop until the child is a zombie.
void await_zombie(pid_t pid) {
  siginfo_t info;
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
}

}  // namespace

TEST_CASE("the end of a child is reported with its status and what it used") {
  Loop loop;
  Reaper reaper(loop);
  auto process = reaper.watch(start_sh("exit 3"));
  CHECK(reaper.live() == 1);
  CHECK(loop.run(code_of(loop, process)) == 3);
  CHECK(process->ended);
  CHECK(process->usage.ru_maxrss > 0);
  CHECK(reaper.live() == 0);
  CHECK_FALSE(Reaper::send(*process, 0));
}

TEST_CASE("a child that ended before it was watched is not missed") {
  Loop loop;
  Reaper reaper(loop);
  const pid_t pid = start_sh("exit 4");
  await_zombie(pid);
  CHECK(loop.run(code_of(loop, reaper.watch(pid))) == 4);
}

TEST_CASE("a child whose signal was seen before it was watched is not missed") {
  Loop loop;
  Reaper reaper(loop);
  const pid_t pid = start_sh("exit 5");
  auto other = reaper.watch(start_sh("exit 6"));
  await_zombie(pid);
  CHECK(loop.run(code_of(loop, other)) == 6);  // the loop has gone round with `pid` unknown
  CHECK(loop.run(code_of(loop, reaper.watch(pid))) == 5);
}

TEST_CASE("stops and continues are reported") {
  Loop loop;
  Reaper reaper(loop);
  auto process = reaper.watch(start_sh("kill -STOP $$; exit 2"));
  loop.run(until(process, &Process::stopped, true));
  CHECK(process->status.is_stopped());
  CHECK(process->status.signal() == SIGSTOP);
  Reaper::send(*process, SIGCONT);
  CHECK(loop.run(code_of(loop, process)) == 2);
  CHECK_FALSE(process->stopped);
}

TEST_CASE("children of somebody else are left alone and do not keep the loop busy") {
  Loop loop;
  Reaper reaper(loop);
  const pid_t foreign = start_sh("exit 1");
  await_zombie(foreign);
  std::vector<ProcessPtr> ours;
  for (int i = 0; i < 5; ++i) ours.push_back(reaper.watch(start_sh("exit 0")));
  loop.run(end_all(loop, ours));
  const uint64_t before = loop.turns();
  loop.run(end_all(loop, {reaper.watch(start_sh("exit 0"))}));
  CHECK(loop.turns() - before < 50);
  CHECK(wait_blocking(foreign).code() == 1);
}

TEST_CASE("many children that end at once are all reaped") {
  Loop loop;
  Reaper reaper(loop);
  TestPipe gate;
  const FdMapping fds[] = {{0, gate.reader.get()}};
  std::vector<ProcessPtr> processes;
  for (int i = 0; i < 100; ++i) {
    auto pid = spawn_words({"/bin/cat"}, [&](SpawnSpec& spec) { spec.fds = fds; });
    processes.push_back(reaper.watch(*pid));
  }
  gate.writer.reset();
  loop.run(end_all(loop, processes));
  CHECK(reaper.live() == 0);
}

TEST_CASE("cancelling sends its reason, and a timeout asks for the end") {
  Loop loop;
  Reaper reaper(loop);
  const auto signal_after = [&](int reason) {
    CancelSource source;
    source.cancel(reason);
    auto process = reaper.watch(start_sh("exec cat /dev/zero >/dev/null"));
    return loop.run(wait_for_end(loop, process, source.token())).signal();
  };
  CHECK(signal_after(SIGINT) == SIGINT);
  CHECK(signal_after(SIGTERM) == SIGTERM);
  CHECK(signal_after(SIGALRM) == SIGTERM);
}

TEST_CASE("a process that ignores TERM is killed after the grace") {
  Loop loop;
  Reaper reaper(loop);
  CancelSource source;
  auto process = reaper.watch(start_sh("trap '' TERM; kill -STOP $$; while :; do :; done"));
  // It has said that it ignores TERM when it stops itself.
  struct Body {
    static Task<ProcessStatus> run(Loop& loop, ProcessPtr process, CancelSource& source) {
      TaskGroup group(loop);
      group.start(cancel_when_stopped(process, source));
      auto status = co_await wait_for_end(loop, process, source.token(), {.grace = 20ms});
      co_await group.join();
      co_return status;
    }
  };
  CHECK(loop.run(Body::run(loop, process, source)).signal() == SIGKILL);
}

TEST_CASE("a stopped process is continued so that it can end") {
  Loop loop;
  Reaper reaper(loop);
  CancelSource source;
  auto process = reaper.watch(start_sh("trap 'exit 9' TERM; kill -STOP $$; while :; do :; done"));
  struct Body {
    static Task<ProcessStatus> run(Loop& loop, ProcessPtr process, CancelSource& source) {
      TaskGroup group(loop);
      group.start(cancel_when_stopped(process, source));
      auto status = co_await wait_for_end(loop, process, source.token(), {.grace = 1h});
      co_await group.join();
      co_return status;
    }
  };
  CHECK(loop.run(Body::run(loop, process, source)).code() == 9);
}

TEST_CASE("a policy for the whole group reaches the other members") {
  Loop loop;
  Reaper reaper(loop);
  const pid_t leader = start_sh("cat /dev/zero >/dev/null", 0);
  const pid_t member = start_sh("exec cat /dev/zero >/dev/null", leader);
  auto first = reaper.watch(leader, leader);
  auto second = reaper.watch(member, leader);
  CancelSource source;
  source.cancel(SIGTERM);
  (void)loop.run(wait_for_end(loop, first, source.token(), {.whole_group = true}));
  CHECK(loop.run(wait_for_end(loop, second, {})).signal() == SIGTERM);
}
