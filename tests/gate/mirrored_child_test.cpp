// What a caller sees of a program that runs behind the shim: signals, stops, descriptors, its end.
#include "gate/mirrored_child.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>

#include "base/process_stat.h"
#include "gate/shim_world.h"
#include "scheduler/process_tree.h"

using weir::test::comes_true;
using weir::test::ShimWorld;
using weir::test::StartedProgram;

namespace {

// Tells each signal and ends at USR2. It looks now and then: perl may miss what comes just before
// it sleeps.
constexpr const char* kTeller = R"(exec perl -e '
$| = 1;
for my $name ("TERM", "USR1", "INT", "WINCH", "USR2") {
  $SIG{$name} = sub { print lc($name), "\n"; exit 3 if $name eq "USR2" };
}
print "ready\n";
select(undef, undef, undef, 0.005) while 1;'
)";

std::vector<std::string> build(const ShimWorld& world) { return {world.shim(), "build"}; }

/// The shim has taken all signals with smaller numbers: a second one is not one with the first.
void wait_until_taken(StartedProgram& program) {
  ::kill(program.pid(), SIGWINCH);
  CHECK(program.line() == "winch");
}

}  // namespace

TEST_CASE("a signal to the shim reaches the program once, one to the group is not doubled",
          "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(kTeller);
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  ::kill(program.pid(), SIGTERM);
  CHECK(program.line() == "term");
  wait_until_taken(program);
  ::kill(-program.pid(), SIGTERM);
  CHECK(program.line() == "term");
  ::kill(-program.pid(), SIGUSR1);
  CHECK(program.line() == "usr1");
  wait_until_taken(program);
  ::kill(program.pid(), SIGUSR1);
  CHECK(program.line() == "usr1");
  ::kill(program.pid(), SIGINT);
  CHECK(program.line() == "int");
  ::kill(program.pid(), SIGUSR2);
  CHECK(program.rest() == "usr2\n");
  CHECK(program.next_state() == "exit 3");
}

TEST_CASE("the shim dies of the signal that its program died of", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  for (const int signal : {SIGTERM, SIGINT, SIGKILL, SIGSEGV, SIGHUP, SIGPIPE, SIGUSR1}) {
    world.run_as(fmt::format("kill -{} $$", signal));
    StartedProgram program(world, build(world));
    CHECK(program.next_state() == fmt::format("signal {}", signal));
  }
}

TEST_CASE("a signal to the shim ends a program that does not catch it", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as("echo ready; exec sleep 1000");
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    for (const bool group : {false, true}) {
      StartedProgram program(world, build(world));
      REQUIRE(program.line() == "ready");
      ::kill(group ? -program.pid() : program.pid(), signal);
      CHECK(program.next_state() == fmt::format("signal {}", signal));
    }
  }
}

TEST_CASE("the shim stops as its program stops, and both go on together", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  for (const int signal : {SIGTSTP, SIGSTOP, SIGTTIN}) {
    for (const bool group : {false, true}) {
      world.run_as(fmt::format("echo ready; kill -{} $$; echo on; exit 3", signal));
      StartedProgram program(world, build(world));
      REQUIRE(program.line() == "ready");
      CHECK(program.next_state() == fmt::format("stopped {}", signal));
      ::kill(group ? -program.pid() : program.pid(), SIGCONT);
      CHECK(program.rest() == "on\n");
      CHECK(program.next_state() == "exit 3");
    }
  }
}

TEST_CASE("a stop of the whole group stops it once", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(kTeller);
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  for (int turn = 0; turn < 3; ++turn) {
    ::kill(-program.pid(), SIGTSTP);
    CHECK(program.next_state() == fmt::format("stopped {}", SIGTSTP));
    ::kill(-program.pid(), SIGCONT);
    ::kill(program.pid(), SIGUSR1);
    CHECK(program.line() == "usr1");
  }
  ::kill(program.pid(), SIGTSTP);  // the shim alone: passed on, then mirrored
  CHECK(program.next_state() == fmt::format("stopped {}", SIGTSTP));
  ::kill(-program.pid(), SIGCONT);
  ::kill(-program.pid(), SIGUSR2);
  CHECK(program.rest() == "usr2\n");
  CHECK(program.next_state() == "exit 3");
}

// The moment between two signals to a group, made to last: the shim has yet to take the first when
// the others have got the second.
TEST_CASE("a CONT that the shim takes late does not undo the stop that came after it",
          "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(std::string("echo $$\n") + kTeller);
  StartedProgram program(world, build(world));
  const pid_t child = std::stoi(program.line());
  REQUIRE(program.line() == "ready");
  ::kill(program.pid(), SIGSTOP);
  CHECK(program.next_state() == fmt::format("stopped {}", SIGSTOP));
  std::vector<pid_t> others;
  for (const auto& process : weir::scheduler::processes_of_group(program.pid())) {
    if (process.pid != program.pid()) others.push_back(process.pid);
  }
  REQUIRE(others.size() >= 2);  // the child and the witness
  for (const pid_t other : others) ::kill(other, SIGTSTP);
  REQUIRE(comes_true([&] { return weir::read_process_stat(child)->is_stopped(); }));
  ::kill(program.pid(), SIGCONT);
  CHECK(program.next_state() == fmt::format("stopped {}", SIGTSTP));
  ::kill(-program.pid(), SIGCONT);
  ::kill(program.pid(), SIGUSR2);
  CHECK(program.rest() == "usr2\n");
  CHECK(program.next_state() == "exit 3");
}

TEST_CASE("a program whose shim is killed is asked to end", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(kTeller);
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  ::kill(program.pid(), SIGKILL);
  CHECK(program.line() == "term");
  CHECK(program.next_state() == "signal 9");
  ::kill(-program.pid(), SIGKILL);  // what is left of the group
  CHECK(program.rest() == "");
}

TEST_CASE("descriptors, masks and dispositions are the caller's", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(
      "grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | tr '\\n' ' '; nice; kill -INT "
      "$$; echo alive");
  const auto ignoring = [] {
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    sigaddset(&some, SIGWINCH);
    ::sigprocmask(SIG_SETMASK, &some, nullptr);
    ::dup2(1, 7);
    ::close(0);
  };
  world.set("GATE_BAND", "focus");
  StartedProgram plain(world, {world.cargo(), "build"}, ignoring);
  const std::string expected = plain.rest();
  CHECK_THAT(expected, Catch::EndsWith("alive\n"));
  CHECK(plain.next_state() == "exit 0");
  StartedProgram behind(world, build(world), ignoring);
  // The token pipe is what it has more.
  std::string seen = behind.rest();
  if (const size_t at = seen.find("200 201 "); at != std::string::npos) seen.erase(at, 8);
  CHECK(seen == expected);
  CHECK(behind.next_state() == "exit 0");
}

TEST_CASE("a program of which SIGCHLD is ignored still gives its code", "[mirrored_child]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as("exit 5");
  StartedProgram program(world, build(world), [] { ::signal(SIGCHLD, SIG_IGN); });
  CHECK(program.next_state() == "exit 5");
}
