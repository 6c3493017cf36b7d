// When a lease has left its compile phase, of commands that the daemon sees from outside.
#include <catch2/catch.hpp>

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
