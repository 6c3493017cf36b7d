// Commands that are stopped, as they are shown, and the signals of `gate kill` for them and for
// others that do not simply end.
#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <csignal>

#include "gate/shim_world.h"
#include "support/paths.h"

using namespace weir;
using test::ProgramEnd;
using test::ShimWorld;
using test::StartedProgram;

namespace {

constexpr gate::Duration kLong{30'000};

bool has_state(const Record& lease, const char* state) {
  return lease.find("state")->to_text() == state;
}

/// The only lease there is, when its command is known.
std::int64_t lease_in(const ShimWorld& world) {
  std::int64_t id = 0;
  REQUIRE(world.eventually([&](const Record& status) {
    const List& leases = status.find("leases")->as_list();
    if (leases.size() != 1 || leases[0].as_record().find("child")->is_null()) return false;
    id = leases[0].as_record().find("id")->as_int();
    return true;
  }));
  return id;
}

Result<Value> kill_lease(const ShimWorld& world, std::int64_t id, int signal) {
  auto client = gate::Client::connect(world.client_options());
  REQUIRE(client);
  return client->call("kill", Record{{"id", Value(id)}, {"signal", signal}}, kLong);
}

/// The command says "ready" and ends when a line is written to this. It starts no program: one that
/// is being started at the moment of a stop keeps its parent from stopping.
UniqueFd run_until_told(const ShimWorld& world) {
  const std::string fifo = (world.root() / "go").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  world.run_as("echo ready; read line < " + fifo + "; echo end");
  return UniqueFd(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));
}

void tell(const UniqueFd& fifo) { REQUIRE(::write(fifo.get(), "\n", 1) == 1); }

std::vector<std::string> build(const ShimWorld& world) { return {world.shim(), "build"}; }

}  // namespace

TEST_CASE("a stopped command is shown as such, and those that wait for it are told the way out",
          "[gate_kill]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const UniqueFd fifo = run_until_told(world);
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  const std::int64_t id = lease_in(world);
  const auto is_shown = [&](const char* state) {
    return world.eventually([&](const Record& status) {
      const List& leases = status.find("leases")->as_list();
      return leases.size() == 1 && has_state(leases[0].as_record(), state);
    });
  };
  CHECK(is_shown("running"));
  ::kill(-program.pid(), SIGSTOP);
  REQUIRE(program.next_state() == "stopped 19");
  CHECK(is_shown("stopped"));
  StartedProgram next(world, build(world));
  CHECK(world.eventually([&](const Record& status) {
    const List& waiting = status.find("waiting")->as_list();
    if (waiting.empty()) return false;
    const Record& report = waiting[0].as_record();
    const Record& reason = report.find("reasons")->as_list().at(0).as_record();
    const std::string ways = report.find("remedies")->to_json();
    return has_state(reason.find("holders")->as_list().at(0).as_record(), "stopped") &&
           ways.starts_with(R"(["gate kill -s CONT 1","gate kill 1",)");
  }));
  const ProgramEnd why = world.run(test::kWeirProgram, {"-c", "gate why 1"});
  CHECK_THAT(why.out, Catch::Contains("  now      is stopped"));
  CHECK_THAT(why.out, Catch::Contains("  you can  gate kill -s CONT 1 · gate kill 1\n"));
  REQUIRE(kill_lease(world, id, SIGCONT));
  CHECK(is_shown("running"));
  tell(fifo);
  CHECK(program.next_state() == "exit 0");
  tell(fifo);
  CHECK(next.next_state() == "exit 0");
}

TEST_CASE("a stopped shim whose program runs is not shown as stopped", "[gate_kill]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as("echo ready; exec sleep 1000");
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  lease_in(world);
  ::kill(program.pid(), SIGSTOP);
  REQUIRE(program.next_state() == "stopped 19");
  CHECK(world.eventually([&](const Record& status) {
    return has_state(status.find("leases")->as_list().at(0).as_record(), "running");
  }));
}

TEST_CASE("a stopped command that is killed through the gate ends", "[gate_kill]") {
  const int signal = GENERATE(SIGTERM, SIGKILL);
  ShimWorld world(ShimWorld::Cargo::script);
  // Its child would keep the lane.
  world.run_as("sleep 1000 & echo ready; wait");
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  const std::int64_t id = lease_in(world);
  ::kill(-program.pid(), SIGSTOP);
  REQUIRE(program.next_state() == "stopped 19");
  REQUIRE(kill_lease(world, id, signal));
  CHECK(program.next_state() == "signal " + std::to_string(signal));
  CHECK(world.eventually(
      [](const Record& status) { return status.find("leases")->as_list().empty(); }));
}

TEST_CASE("what a stopped command has started ends with it, in a script that stays stopped",
          "[gate_kill]") {
  ShimWorld world(ShimWorld::Cargo::script);
  world.run_as("sleep 1000 & echo ready; wait");
  // Whose group has somebody who would let it go on: the kernel ends nothing by itself.
  StartedProgram script(world, {"/bin/sh", "-c", "cargo build; echo not yet"});
  REQUIRE(script.line() == "ready");
  const std::int64_t id = lease_in(world);
  ::kill(-script.pid(), SIGSTOP);
  REQUIRE(script.next_state() == "stopped 19");
  REQUIRE(kill_lease(world, id, SIGTERM));
  CHECK(world.eventually(
      [](const Record& status) { return status.find("leases")->as_list().empty(); }));
}

TEST_CASE("a command that is stopped through the gate goes on through it", "[gate_kill]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const UniqueFd fifo = run_until_told(world);
  StartedProgram program(world, build(world));
  REQUIRE(program.line() == "ready");
  const std::int64_t id = lease_in(world);
  REQUIRE(kill_lease(world, id, SIGSTOP));
  CHECK(program.next_state() == "stopped 19");
  REQUIRE(kill_lease(world, id, SIGCONT));
  tell(fifo);
  CHECK(program.rest() == "end\n");
  CHECK(program.next_state() == "exit 0");
}

TEST_CASE("a signal that a command ignores is refused, with the one that ends it", "[gate_kill]") {
  ShimWorld world(ShimWorld::Cargo::script);
  const bool ignores_term = GENERATE(false, true);
  world.run_as("echo ready; exec sleep 1000");
  // As a shell without job control starts what is in the background.
  StartedProgram program(world, build(world), [&] {
    ::signal(SIGINT, SIG_IGN);
    if (ignores_term) ::signal(SIGTERM, SIG_IGN);
  });
  REQUIRE(program.line() == "ready");
  const std::int64_t id = lease_in(world);
  const auto answer = kill_lease(world, id, SIGINT);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::refused);
  const std::string name = ignores_term ? "KILL" : "TERM";
  CHECK(answer.error().message == "1 ignores INT: gate kill -s " + name + " 1 ends it");
  CHECK(kill_lease(world, id, SIGTERM).has_value() != ignores_term);
  if (ignores_term) CHECK(kill_lease(world, id, SIGKILL));
  CHECK(program.next_state() == (ignores_term ? "signal 9" : "signal 15"));
}
