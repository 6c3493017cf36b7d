// When a lease has left its compile phase, of commands that the daemon sees from outside.
#include <sys/file.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <optional>

#include "support/gate_home.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace fs = std::filesystem;

namespace {

constexpr Duration kLong{30'000};

const Record* find_lease(const Record& status, const Lease& lease) {
  const Value* leases = status.find("leases");
  if (!leases) return nullptr;
  for (const Value& each : leases->as_list()) {
    const Record& report = each.as_record();
    if (*report.find("id") == Value(static_cast<std::int64_t>(lease.id()))) return &report;
  }
  return nullptr;
}

std::string member_of(const Record& status, const Lease& lease, const char* name) {
  const Record* report = find_lease(status, lease);
  return report ? report->find(name)->to_text() : "";
}

/// A lease whose command runs a program out of its lane, and takes no lock.
class WarmRun {
 public:
  WarmRun(const GateHome& home, const std::string& name, bool runs_program)
      : lane_((home.path() / name).string()), lease_(acquire(home, lane_, runs_program)) {
    fs::create_directories(lane_);
    fs::copy_file("/bin/sleep", lane_ + "/tool");
    command_.emplace([&](int) { ::execl((lane_ + "/tool").c_str(), "tool", "1000", nullptr); });
    lease_.started(command_->pid());
    REQUIRE(home.eventually([&](const Record& status) {
      return member_of(status, lease_, "child") == std::to_string(command_->pid());
    }));
  }

  const std::string& lane() const { return lane_; }
  const Lease& lease() const { return lease_; }

 private:
  static Lease acquire(const GateHome& home, const std::string& lane, bool runs_program) {
    Request request = gate_request("cargo run", lane);
    request.runs_program = runs_program;
    auto lease = Lease::acquire(request, home.lease_options());
    REQUIRE(lease);
    return std::move(*lease);
  }

  std::string lane_;
  Lease lease_;
  std::optional<GateChild> command_;
};

/// A lease whose command has locked a file of its lane, and was seen with the lock.
class LockedBuild {
 public:
  LockedBuild(const GateHome& home, const std::string& name)
      : lane_((home.path() / name).string()), lease_(acquire(home, lane_)) {
    fs::create_directories(lane_);
    Client watcher = home.connect();
    REQUIRE(watcher.call("watch", {}, kLong));
    command_.emplace([&](int fd) { hold_lock(fd); });
    REQUIRE(command_->hear() == 'l');
    lease_.started(command_->pid());
    REQUIRE(is_seen_with_lock(watcher));
  }

  const Lease& lease() const { return lease_; }
  Lease& lease() { return lease_; }
  const std::string& lane() const { return lane_; }
  void let_go() const { command_->signal(SIGUSR1); }
  void kill() { command_->signal(SIGKILL); }

 private:
  static Lease acquire(const GateHome& home, const std::string& lane) {
    auto lease = Lease::acquire(gate_request("cargo build", lane), home.lease_options());
    REQUIRE(lease);
    return std::move(*lease);
  }

  void hold_lock(int fd) const {
    sigset_t go;
    sigemptyset(&go);
    sigaddset(&go, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &go, nullptr);
    const UniqueFd file(
        ::open((lane_ + "/.lock-of-a-build").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ::flock(file.get(), LOCK_EX);
    (void)!::write(fd, "l", 1);
    int signal = 0;
    ::sigwait(&go, &signal);
    ::flock(file.get(), LOCK_UN);
    ::pause();
  }

  bool is_seen_with_lock(Client& watcher) const {
    for (;;) {
      auto incoming = watcher.receive(kLong);
      if (!incoming || !*incoming) return false;
      const auto* call = std::get_if<protocol::Call>(&(*incoming)->message);
      if (!call || call->method != "event") continue;
      const Record& event = call->params.as_record();
      if (event.find("kind")->to_text() == "lock" &&
          *event.find("subject") == Value(static_cast<std::int64_t>(lease_.id())))
        return true;
    }
  }

  std::string lane_;
  Lease lease_;
  std::optional<GateChild> command_;
};

}  // namespace

TEST_CASE("a cargo that runs what it has built has left its lane, though no lock was seen",
          "[gate]") {
  const GateHome home;
  // No cargo: a generator that it builds and calls may be at work in its lane.
  const WarmRun make(home, "make", false);
  const WarmRun cargo(home, "cargo", true);
  CHECK(home.eventually(
      [&](const Record& status) { return member_of(status, cargo.lease(), "phase") == "run"; }));
  // That one was looked at as often.
  CHECK(member_of(home.status().as_record(), make.lease(), "phase") == "compile");
  Request check = gate_request("cargo check", cargo.lane());
  check.band = Band::focus;  // only the lane can be in its way
  auto next = Lease::acquire(check, home.lease_options());
  REQUIRE(next);
  CHECK(next->kind() == Lease::Kind::granted);
}

TEST_CASE("the lane of a command that is killed with its lock is taken until what it started ends",
          "[gate]") {
  const GateHome home;
  LockedBuild killed(home, "killed");
  const LockedBuild other(home, "other");
  const pid_t compiler = test::start_sleeper(killed.lease().tag());
  REQUIRE(compiler > 0);
  killed.kill();
  other.let_go();
  CHECK(home.eventually(
      [&](const Record& status) { return member_of(status, other.lease(), "phase") == "run"; }));
  // That one was looked at as often.
  CHECK(member_of(home.status().as_record(), killed.lease(), "phase") == "compile");
  killed.lease().release({.code = 128 + SIGKILL, .signal = SIGKILL});
  const GateChild next([&](int fd) {
    Request check = gate_request("cargo check", killed.lane());
    check.band = Band::focus;  // only the lane can be in its way
    auto lease = Lease::acquire(check, home.lease_options());
    (void)!::write(fd, lease && lease->kind() == Lease::Kind::granted ? "g" : "x", 1);
    ::pause();
  });
  CHECK(home.eventually([](const Record& status) { return test::waiting_in(status) == 1; }));
  ::kill(compiler, SIGKILL);
  ::waitpid(compiler, nullptr, 0);
  CHECK(next.hear() == 'g');
}
