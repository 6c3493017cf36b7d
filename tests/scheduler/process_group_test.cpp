#include "scheduler/process_group.h"

#include <catch2/catch.hpp>

#include "support/children.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

/// A shell in a group: what it prints comes through the pipe, and the end of
/// the pipe is the end of all that it started.
struct Member {
  ProcessPtr process;
  TestPipe out;

  Member(Reaper& reaper, ProcessGroup& group, const std::string& script) {
    const FdMapping fds[] = {{1, out.writer.get()}};
    const pid_t to_join = group.to_join();
    auto pid = spawn_words({"/bin/sh", "-c", script}, [&](SpawnSpec& spec) {
      spec.group = to_join;
      spec.fds = fds;
    });
    REQUIRE(pid);
    out.writer.reset();
    process = reaper.watch(*pid, to_join == 0 ? *pid : to_join);
    group.add(process);
  }
  /// What it prints first, a line.
  std::string line() {
    std::string text;
    for (char c; ::read(out.reader.get(), &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
};

int code_of(Loop& loop, ProcessPtr process) {
  return loop.run(wait_for_end(loop, std::move(process), {})).code();
}

constexpr const char* kForever = "echo up; exec cat /dev/zero >/dev/null";

}  // namespace

TEST_CASE("the first process leads the group, later ones join") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  CHECK(group.to_join() == 0);
  CHECK(group.empty());
  Member first(reaper, group, kForever);
  Member second(reaper, group, kForever);
  CHECK(group.to_join() == first.process->pid);
  CHECK(::getpgid(second.process->pid) == first.process->pid);
  CHECK(group.live().size() == 2);
  first.line();
  second.line();
  CHECK(group.signal(SIGTERM) == 2);
  CHECK(code_of(loop, first.process) == 128 + SIGTERM);
  CHECK(code_of(loop, second.process) == 128 + SIGTERM);
  CHECK(group.empty());
}

TEST_CASE("a group that outlives its leader is joined; when it is gone a new one begins") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  Member leader(reaper, group, "read x < /proc/self/stat; exit 0");
  Member second(reaper, group, kForever);
  CHECK(code_of(loop, leader.process) == 0);
  CHECK(group.to_join() == leader.process->pid);
  Member third(reaper, group, kForever);
  CHECK(::getpgid(third.process->pid) == leader.process->pid);
  group.signal(SIGKILL);
  code_of(loop, second.process);
  code_of(loop, third.process);
  CHECK(group.to_join() == 0);
  Member fourth(reaper, group, kForever);
  CHECK(::getpgid(fourth.process->pid) == fourth.process->pid);
  group.signal(SIGKILL);
  code_of(loop, fourth.process);
}

TEST_CASE("children of members, in sessions and groups of their own, are reached") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  Member member(reaper, group,
                "setsid sh -c 'echo deep; exec cat /dev/zero >/dev/null' & wait; echo late");
  CHECK(member.line() == "deep");
  CHECK(group.signal(SIGTERM) >= 2);
  CHECK(code_of(loop, member.process) == 128 + SIGTERM);
  // Only when the grandchild is gone does the pipe end.
  CHECK(read_all(member.out.reader.get()).empty());
}

TEST_CASE("a grandchild that ignores TERM and lost its parent is finished off") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  Member member(reaper, group,
                "setsid sh -c 'trap \"\" TERM; echo deaf; while :; do :; done' & wait");
  CHECK(member.line() == "deaf");
  group.signal(SIGTERM);
  CHECK(code_of(loop, member.process) == 128 + SIGTERM);
  loop.run(group.finish_off(loop, 10ms));
  CHECK(read_all(member.out.reader.get()).empty());
}

TEST_CASE("finishing off does not wait when nothing is left") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  Member member(reaper, group, kForever);
  member.line();
  group.signal(SIGTERM);
  code_of(loop, member.process);
  loop.run(group.finish_off(loop, 1h));
}

TEST_CASE("KILL reaches a process that keeps starting others elsewhere") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  Member member(reaper, group,
                "setsid sh -c 'echo up; while :; do (sleep 100 & wait) & sleep 0.01; done' & wait");
  CHECK(member.line() == "up");
  group.signal(SIGKILL);
  CHECK(code_of(loop, member.process) == 128 + SIGKILL);
  CHECK(read_all(member.out.reader.get()).empty());
}

TEST_CASE("many short processes leave no trace in a group") {
  Loop loop;
  Reaper reaper(loop);
  ProcessGroup group;
  for (int i = 0; i < 50; ++i) {
    Member member(reaper, group, "exit 0");
    code_of(loop, member.process);
  }
  CHECK(group.live().empty());
  CHECK(group.signal(SIGTERM) == 0);
}
