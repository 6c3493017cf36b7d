// The wall clock of the daemon, its clients and all programs is turned by ten years while commands
// run and wait: nothing but what a person reads as a date changes.
#include <fcntl.h>

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>

#include "gate/process_identity.h"
#include "gate/shim_world.h"
#include "support/gate_home.h"
#include "support/paths.h"

using namespace weir;
using test::comes_true;
using test::GateChild;
using test::leases_in;
using test::ShimWorld;
using test::StartedProgram;
using test::waiting_in;

namespace {

constexpr std::int64_t kTenYears = std::int64_t{10} * 365 * 86'400;
constexpr std::int64_t kSaneMs = 3'600'000;  // the test takes seconds

/// A world in which all programs have one wall clock.
class ClockWorld : public ShimWorld {
 public:
  ClockWorld() : ShimWorld(Cargo::script), clock_(root() / "clock") {
    turn(0);
    set("LD_PRELOAD", test::kTurnedClock);
    set("TURNED_CLOCK", clock_.string());
    set("GATE_BAND", "bulk");
    // The world's own clock as the programs see it, and the name that a build has.
    run_as(
        "date +%Y >> years; echo \"$NAME\" >> order; echo ready\n"
        "while [ ! -e go -a -e \"$SCRIPT\" ]; do sleep 0.01; done");
  }

  void turn(std::int64_t seconds) const {
    const UniqueFd file(::open(clock_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(::pwrite(file.get(), &seconds, sizeof seconds, 0) == sizeof seconds);
  }

  std::unique_ptr<StartedProgram> start(const std::string& name) {
    set("NAME", name);
    return std::make_unique<StartedProgram>(*this, std::vector<std::string>{shim(), "build"});
  }

  void tell(const std::string& commands) const {
    const auto end = run(test::kWeirProgram, {"-c", commands});
    INFO(end.out << end.err);
    REQUIRE(end.code == "0");
  }

  Value ask(const std::string& command) const {
    const auto end = run(test::kWeirProgram, {"-c", command + " --json"});
    INFO(command << ": " << end.out << end.err);
    auto value = Value::parse_json(end.out);
    REQUIRE(value);
    return std::move(*value);
  }

  std::string text_of(const char* file) const {
    std::ifstream in(directory() / file);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  }

 private:
  std::filesystem::path clock_;
};

/// Every duration in it is one of this test.
void check_durations(const Value& value, const std::string& name, const char* but = "") {
  if (value.is_record()) {
    for (const auto& [member, each] : value.as_record()) {
      if (member != but) check_durations(each, name + "." + member, but);
    }
  } else if (value.is_list()) {
    for (const Value& each : value.as_list()) check_durations(each, name, but);
  } else if (name.ends_with("_ms") && value.is_int()) {
    INFO(name);
    CHECK(value.as_int() >= 0);
    CHECK(value.as_int() < kSaneMs);
  }
}

std::vector<std::int64_t> ids_in(const Record& status, std::string_view list) {
  std::vector<std::int64_t> ids;
  for (const Value& row : status.find(list)->as_list())
    ids.push_back(row.as_record().find("id")->as_int());
  return ids;
}

pid_t daemon_in(const Record& status) {
  return static_cast<pid_t>(status.find("daemon")->as_record().find("pid")->as_int());
}

/// On a machine that does other things, too.
gate::LeaseOptions patient(const ShimWorld& world) {
  constexpr gate::Duration kPatience{30'000};
  return {.client = {.places = world.places(),
                     .program = "test",
                     .weir = test::kWeirProgram,
                     .connect_limit = kPatience,
                     .hello_limit = kPatience,
                     .start_limit = kPatience}};
}

/// The one that it listens at, and those of its clients.
std::ptrdiff_t sockets_of(pid_t daemon) {
  const std::filesystem::directory_iterator files("/proc/" + std::to_string(daemon) + "/fd");
  return std::ranges::count_if(files, [](const auto& file) {
    std::error_code closed;
    return std::filesystem::read_symlink(file, closed).string().starts_with("socket:");
  });
}

/// `gate serve`, until it ends.
StartedProgram serve(const ClockWorld& world, const std::string& idle) {
  return StartedProgram(
      world, {test::kWeirProgram, "-c", "gate serve --idle-exit " + idle + " 2>/dev/null"});
}

}  // namespace

TEST_CASE("a wall clock that is turned by years loses no lease, no place and no duration",
          "[turned_clock]") {
  for (const std::int64_t turned : {kTenYears, -kTenYears}) {
    INFO("turned by " << turned << " s");
    ClockWorld world;
    std::ofstream(world.directory() / "go");
    for (int i = 0; i < 3; ++i) CHECK(world.start("before")->next_state() == "exit 0");
    std::filesystem::remove(world.directory() / "go");
    world.tell("gate pause --requester noisy; gate limit --demote-after 30m");

    // One runs, three wait, one is held, one is to start in an hour, and a focus command runs.
    const auto first = world.start("first");
    REQUIRE(first->line() == "ready");
    gate::Request focus = test::gate_request("focus", "/focus");
    focus.band = gate::Band::focus;
    auto small = gate::Lease::acquire(focus, patient(world));
    REQUIRE(small);
    std::vector<std::unique_ptr<StartedProgram>> builds;
    const auto waits = [&](size_t count) {
      return world.eventually([&](const Record& status) { return waiting_in(status) == count; });
    };
    for (const char* name : {"second", "third", "fourth"}) {
      builds.push_back(world.start(name));
      REQUIRE(waits(builds.size()));
    }
    const auto wait_for_ever = [&](gate::Request request) {
      return std::make_unique<GateChild>([&, request](int) {
        ::clearenv();  // a daemon that it starts is one of this world
        auto environment = world.environment();
        for (std::string& variable : environment) ::putenv(variable.data());
        (void)gate::Lease::acquire(request, patient(world));
      });
    };
    gate::Request later = test::gate_request("later");
    later.not_before = gate::instant_now() + std::chrono::hours(1);
    gate::Request noisy = test::gate_request("noisy");
    noisy.requester = "noisy";
    const auto one_later = wait_for_ever(later);
    REQUIRE(waits(4));
    const auto one_held = wait_for_ever(noisy);
    REQUIRE(waits(5));
    const Value before = world.ask("gate status");
    const auto leases = ids_in(before.as_record(), "leases");
    const auto waiting = ids_in(before.as_record(), "waiting");
    const pid_t daemon = daemon_in(before.as_record());

    world.turn(turned);
    const auto last = world.start("last");
    REQUIRE(waits(6));
    // The first look is at the daemon that was there, the second at one that never knew another
    // time.
    for (const bool is_new : {false, true}) {
      const Value now = world.ask("gate status");
      INFO(now.to_json());
      CHECK((daemon_in(now.as_record()) == daemon) != is_new);
      check_durations(now, "status");
      CHECK(ids_in(now.as_record(), "leases") == leases);
      CHECK(now.as_record().find("holds")->as_list().size() == 1);
      for (const Value& lease : now.as_record().find("leases")->as_list()) {
        CHECK_FALSE(lease.as_record().find("demoted")->as_bool());
        const bool is_build = lease.as_record().find("band")->as_string() == "bulk";
        CHECK(lease.as_record().find("usual_ms")->is_int() == is_build);
      }
      if (is_new) break;
      auto order = ids_in(now.as_record(), "waiting");
      REQUIRE(order.size() == 6);
      order.erase(std::ranges::max_element(order));  // the last that came
      CHECK(order == waiting);
      check_durations(world.ask("gate why " + std::to_string(waiting[0])), "why");
      const auto identity = gate::identify_process(daemon);
      ::kill(daemon, SIGKILL);
      REQUIRE(comes_true([&] { return !gate::is_alive(*identity); }));
      REQUIRE(waits(6));
    }

    std::ofstream(world.directory() / "go");
    small->release({.code = 0});
    CHECK(first->next_state() == "exit 0");
    for (const auto& build : builds) CHECK(build->next_state() == "exit 0");
    CHECK(last->next_state() == "exit 0");
    CHECK(world.text_of("order") == "before\nbefore\nbefore\nfirst\nsecond\nthird\nfourth\nlast\n");
    const std::string years = world.text_of("years");  // the clock was turned indeed
    CHECK(years.substr(0, 4) != years.substr(years.size() - 5, 4));
    CHECK(world.eventually([](const Record& status) {
      return leases_in(status) == 0 && waiting_in(status) == 2;  // what is to wait
    }));
    Value history;
    const bool has_all = comes_true([&] {
      history = world.ask("gate history");
      return history.as_list().size() == 9;
    });
    INFO(history.to_json());
    CHECK(has_all);
    check_durations(history, "history", "time_ms");
    CHECK(history.as_list()[0].as_record().find("state")->as_string() == "done");
  }
}

TEST_CASE("an idle daemon's end does not come by a turned clock, and not without it either",
          "[turned_clock]") {
  for (const std::int64_t turned : {kTenYears, -kTenYears}) {
    INFO("turned by " << turned << " s");
    ClockWorld world;
    {
      const StartedProgram daemon = serve(world, "1h");
      pid_t pid = 0;
      const auto looks = [&] {
        return world.eventually([&](const Record& status) {
          if (pid == 0) pid = daemon_in(status);
          return daemon_in(status) == pid;
        });
      };
      REQUIRE(looks());
      REQUIRE(comes_true([&] { return sockets_of(pid) == 1; }));  // the look is over: it is idle
      world.turn(turned);
      for (int i = 0; i < 3; ++i) CHECK(looks());  // after each of them it is idle anew
    }
    world.turn(0);
    StartedProgram daemon = serve(world, "300ms");
    REQUIRE(world.eventually([](const Record&) { return true; }));
    world.turn(turned);
    CHECK(daemon.next_state() == "exit 0");
  }
}
