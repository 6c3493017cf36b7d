// A shim that is killed: its lane is nobody else's until nothing of its program is left, with the
// daemon and without.
#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>
#include <optional>

#include "base/private_directory.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"
#include "gate/shim_world.h"
#include "gate/tagged_processes.h"
#include "support/doomed_program.h"
#include "support/random.h"

using namespace weir;
using test::comes_true;
using test::DoomedProgram;
using test::GateChild;
using test::ShimWorld;
using test::StartedProgram;

namespace fs = std::filesystem;

namespace {

/// Nobody's daemon: it hangs up on all who come, so that the lock files decide.
std::unique_ptr<GateChild> deaf_daemon(const ShimWorld& world) {
  REQUIRE(make_private_directory(world.places().run));
  REQUIRE(make_private_directory(world.places().locks()));
  const auto socket = gate::protocol::listen_at(world.places().socket());
  REQUIRE(socket);
  return std::make_unique<GateChild>([&](int) {
    pollfd wait{socket->get(), POLLIN, 0};
    while (::poll(&wait, 1, -1) >= 0) UniqueFd(::accept(socket->get(), nullptr, nullptr));
  });
}

bool is_free(const ShimWorld& world) {
  const auto locked = gate::try_lock_lane(world.places(), world.lane());
  REQUIRE(locked);
  return locked->has_value();
}

bool is_freed(const ShimWorld& world) {
  return comes_true([&] { return is_free(world); });
}

pid_t pid_in(const std::string& line) { return static_cast<pid_t>(std::stoi(line)); }

void tell_to_go_on(const ShimWorld& world) { std::ofstream(world.directory() / "go"); }

// Whoever is in the lane together with another one says so.
constexpr const char* kEnter = "mkdir busy || echo both\n";
constexpr const char* kLeave =
    "while [ ! -e go -a -e \"$SCRIPT\" ]; do sleep 0.01; done; rmdir busy; echo end\n";

/// It takes no notice of TERM, as a linker in the middle of its work would.
std::string stubborn() { return std::string("trap '' TERM\n") + kEnter + "echo ready\n" + kLeave; }

/// What it has started is that stubborn; it itself ends by any signal.
std::string with_stubborn_child() {
  return std::string("(trap '' TERM\n") + kEnter + "echo ready\n" + kLeave + ") & echo $$; wait";
}

std::vector<std::string> build(const ShimWorld& world) { return {world.shim(), "build"}; }

/// The next one in the lane, which must come in alone.
void check_next(const ShimWorld& world) {
  world.run_as(std::string(kEnter) + "rmdir busy; echo alone");
  CHECK(world.run(world.shim(), {"build"}).out == "alone\n");
}

void check_taken_until_end(const ShimWorld& world, StartedProgram& old) {
  CHECK_FALSE(is_free(world));
  tell_to_go_on(world);
  CHECK(old.rest() == "end\n");
  CHECK(is_freed(world));
  check_next(world);
}

}  // namespace

TEST_CASE("without the daemon a killed shim's lane is taken as long as its program lives",
          "[killed_shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const auto nobody = deaf_daemon(world);
  world.run_as(stubborn());
  StartedProgram old(world, build(world));
  REQUIRE(old.line() == "ready");
  CHECK_FALSE(is_free(world));
  ::kill(old.pid(), SIGKILL);
  CHECK(old.next_state() == "signal 9");
  check_taken_until_end(world, old);
}

TEST_CASE("a lease of a daemon that is killed, and then its shim: the lane stays taken",
          "[killed_shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(stubborn());
  StartedProgram old(world, build(world));
  REQUIRE(old.line() == "ready");
  pid_t daemon = 0;
  REQUIRE(world.eventually([&](const Record& status) {
    daemon = static_cast<pid_t>(status.find("daemon")->as_record().find("pid")->as_int());
    return status.find("leases")->as_list().size() == 1;
  }));
  const auto identity = gate::identify_process(daemon);
  ::kill(daemon, SIGKILL);
  REQUIRE(comes_true([&] { return !gate::is_alive(*identity); }));
  const auto nobody = deaf_daemon(world);
  ::kill(old.pid(), SIGKILL);
  CHECK(old.next_state() == "signal 9");
  check_taken_until_end(world, old);
}

TEST_CASE("what a killed program has left behind keeps the lane, without the daemon, too",
          "[killed_shim]") {
  const bool is_shim_killed = GENERATE(true, false);
  const bool has_daemon = GENERATE(true, false);
  INFO((is_shim_killed ? "the shim" : "its program")
       << " is killed, " << (has_daemon ? "with" : "without") << " the daemon");
  ShimWorld world(ShimWorld::Cargo::script);
  const auto nobody = has_daemon ? nullptr : deaf_daemon(world);
  world.run_as(with_stubborn_child());
  StartedProgram old(world, build(world));
  const std::string first = old.line();
  const std::string second = old.line();
  const pid_t program = pid_in(first == "ready" ? second : first);
  const auto identity = gate::identify_process(program);
  ::kill(is_shim_killed ? old.pid() : program, SIGKILL);
  CHECK(old.next_state() == "signal 9");
  REQUIRE(comes_true([&] { return !identity || !gate::is_alive(*identity); }));
  check_taken_until_end(world, old);
}

TEST_CASE("a server that a killed program has left behind keeps no lane", "[killed_shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const auto nobody = deaf_daemon(world);
  world.run_as("setsid sh -c 'echo $$; exec sleep 1000 > /dev/null' & wait");
  StartedProgram old(world, build(world));
  const pid_t server = pid_in(old.line());
  ::kill(old.pid(), SIGKILL);
  CHECK(old.next_state() == "signal 9");
  CHECK(is_freed(world));
  CHECK(::kill(server, SIGKILL) == 0);  // it lived
}

TEST_CASE("the daemon keeps a killed shim's lease as long as its program lives", "[killed_shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(stubborn());
  StartedProgram old(world, build(world));
  REQUIRE(old.line() == "ready");
  StartedProgram next(world, build(world));
  REQUIRE(world.eventually(
      [](const Record& status) { return status.find("waiting")->as_list().size() == 1; }));
  ::kill(old.pid(), SIGKILL);
  CHECK(old.next_state() == "signal 9");
  CHECK_FALSE(is_free(world));
  CHECK(world.eventually([](const Record& status) {
    return status.find("leases")->as_list().size() == 1 &&
           status.find("waiting")->as_list().size() == 1;
  }));
  tell_to_go_on(world);
  CHECK(old.rest() == "end\n");
  CHECK(next.line() == "ready");
  CHECK(next.rest() == "end\n");
  CHECK(next.next_state() == "exit 0");
}

TEST_CASE("a stopped shim whose program has ended keeps nobody waiting", "[killed_shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as(stubborn());
  StartedProgram old(world, build(world));
  REQUIRE(old.line() == "ready");
  StartedProgram next(world, build(world));
  REQUIRE(world.eventually(
      [](const Record& status) { return status.find("waiting")->as_list().size() == 1; }));
  ::kill(old.pid(), SIGSTOP);
  CHECK(old.next_state() == "stopped 19");
  tell_to_go_on(world);
  CHECK(next.rest() == "ready\nend\n");
  CHECK(next.next_state() == "exit 0");
  ::kill(old.pid(), SIGCONT);
  CHECK(old.rest() == "end\n");
  CHECK(old.next_state() == "exit 0");
}

TEST_CASE("without the daemon a stopped shim's lane is free when its program has ended",
          "[killed_shim]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const auto nobody = deaf_daemon(world);
  world.run_as(stubborn());
  StartedProgram old(world, build(world));
  REQUIRE(old.line() == "ready");
  ::kill(old.pid(), SIGSTOP);
  CHECK(old.next_state() == "stopped 19");
  CHECK_FALSE(is_free(world));
  tell_to_go_on(world);
  CHECK(is_freed(world));
  check_next(world);
  ::kill(old.pid(), SIGCONT);
  CHECK(old.rest() == "end\n");
  CHECK(old.next_state() == "exit 0");
}

TEST_CASE("a shim that is killed at any step leaves no program beside a free lane",
          "[killed_shim]") {
  // All of them with WEIR_EVERY_STEP; else each twenty-fourth, begun with a random one.
  test::Random random;
  const int stride = std::getenv("WEIR_EVERY_STEP") ? 1 : 24;
  const int enough = stride == 1 ? 20 : 1;  // times that its program was at work
  ShimWorld world(ShimWorld::Cargo::script);
  const auto nobody = deaf_daemon(world);
  world.run_as(std::string(kEnter) + kLeave);
  world.set("OF_THIS_TEST", "x");
  const fs::path begin = world.root() / "begin";
  // TERM is ignored from the start: the end of its shim ends it at no moment.
  std::vector<std::string> words = {"/usr/bin/env", "-i", "-C", world.directory().string()};
  for (const std::string& variable : world.environment()) words.push_back(variable);
  for (const char* word :
       {"/bin/sh", "-c",
        "trap '' TERM; while [ ! -e ../begin ]; do sleep 0.01; done; exec cargo build"})
    words.emplace_back(word);
  int times_at_work = 0;
  int step = 1 + static_cast<int>(random.below(static_cast<std::uint32_t>(stride)));
  for (; times_at_work < enough; step += stride) {
    INFO("seed " << random.seed() << ", step " << step);
    DoomedProgram shim(words);
    if (!shim.runs()) {
      WARN("skipped: processes may not be traced here");
      return;
    }
    shim.kill_before(step);
    std::ofstream(begin).close();
    REQUIRE(comes_true([&] { return shim.has_died(); }));
    if (auto locks = gate::try_lock_lane(world.places(), world.lane()); locks && *locks) {
      CHECK(comes_true(
          [] { return gate::processes_with("OF_THIS_TEST=x", gate::kAnySession).empty(); }));
    } else {
      times_at_work += fs::exists(world.directory() / "busy") ? 1 : 0;
    }
    tell_to_go_on(world);
    CHECK(is_freed(world));
    CHECK_FALSE(fs::exists(world.directory() / "busy"));
    for (const fs::path& file : {world.directory() / "go", begin}) fs::remove(file);
  }
}
