// What a daemon finds of the one before it: leases, tokens, settings, history.
#include <sys/ioctl.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <thread>

#include "gate/process_identity.h"
#include "gate/store.h"
#include "support/gate_home.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace {

constexpr Duration kLong{30'000};

int lying_in(const Lease& lease) {
  int tokens = -1;
  ::ioctl(lease.token_reader(), FIONREAD, &tokens);
  return tokens;
}

std::int64_t bulk(const Record& status, std::string_view what) {
  const Record& bands = status.find("bands")->as_record();
  return bands.find("bulk")->as_record().find(what)->as_int();
}

void allow_jobs(const GateHome& home, int jobs) {
  Client client = home.connect();
  REQUIRE(client.call("limit", Record{{"jobs", jobs}}, kLong));
}

bool books_add_up(const Record& status) {
  return bulk(status, "implicit") + bulk(status, "issued") + bulk(status, "pool") ==
         bulk(status, "capacity");
}

}  // namespace

TEST_CASE("a lease and its tokens survive kill -9 of the daemon", "[gate]") {
  const GateHome home;
  allow_jobs(home, 4);
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  const int tokens = lying_in(*lease);
  CHECK(tokens > 0);
  home.kill_daemon();
  CHECK(lying_in(*lease) == tokens);
  const Client client = home.connect();
  const Value status = home.status();
  REQUIRE(test::leases_in(status.as_record()) == 1);
  const Record& row = status.as_record().find("leases")->as_list()[0].as_record();
  CHECK(row.find("id")->as_int() == static_cast<std::int64_t>(lease->id()));
  CHECK(row.find("tokens")->as_int() == tokens);
  CHECK(lying_in(*lease) == tokens);
  CHECK(books_add_up(status.as_record()));
  GateChild second([&](int fd) {
    auto next = Lease::acquire(gate_request("second", "/lane"), home.lease_options());
    (void)!::write(fd, next ? "g" : "x", 1);
  });
  REQUIRE(home.eventually([](const Record& now) { return test::waiting_in(now) == 1; }));
  lease->release({.code = 0});
  CHECK(second.hear() == 'g');
}

TEST_CASE("the new daemon moves the tokens of the old one's leases", "[gate]") {
  const GateHome home;
  auto first = Lease::acquire(gate_request("first", "/a"), home.lease_options());
  REQUIRE(first);
  const int tokens = lying_in(*first);
  home.kill_daemon();
  auto second = Lease::acquire(gate_request("second", "/b"), home.lease_options());
  REQUIRE(second);
  CHECK(second->kind() == Lease::Kind::granted);
  if (tokens > 0) CHECK(lying_in(*first) < tokens);
  CHECK(books_add_up(home.status().as_record()));
}

TEST_CASE("leases whose processes died with the daemon are gone", "[gate]") {
  const GateHome home;
  {
    GateChild holder([&](int fd) {
      auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
      (void)!::write(fd, "g", 1);
      ::pause();
    });
    REQUIRE(holder.hear() == 'g');
    const auto daemon = identify_process(home.daemon_pid());
    REQUIRE(daemon);
    ::kill(daemon->pid, SIGSTOP);
    holder.signal(SIGKILL);
    holder.wait();
    ::kill(daemon->pid, SIGKILL);
    while (is_alive(*daemon)) std::this_thread::yield();
  }
  const Client client = home.connect();
  CHECK(home.eventually(
      [](const Record& status) { return status.find("leases") && test::leases_in(status) == 0; }));
}

TEST_CASE("a command lives on without its client and keeps the lease", "[gate]") {
  const GateHome home;
  pid_t command = 0;
  GateChild holder([&](int fd) {
    auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
    const pid_t child = test::start_sleeper("");
    lease->started(child);
    (void)!::write(fd, &child, sizeof child);
    ::pause();
  });
  for (size_t i = 0; i < sizeof command; ++i) reinterpret_cast<char*>(&command)[i] = holder.hear();
  REQUIRE(command > 0);
  REQUIRE(home.eventually([&](const Record& status) {
    return status.find("leases")->as_list()[0].as_record().find("child")->is_int();
  }));
  // What started is written behind the answer: a command that is not in the store is found by its
  // tag, which this one does not have.
  Store store(home.places().store());
  REQUIRE(home.eventually([&](const Record&) {
    const auto rows = store.leases();
    const Value* child = rows.size() == 1 ? rows[0].as_record().find("child") : nullptr;
    return child && !child->is_null();
  }));
  holder.signal(SIGKILL);
  holder.wait();
  {
    // Its end has come before these; what it has set off goes the way of each answer here.
    Client client = home.connect();
    for (int i = 0; i < 20; ++i) REQUIRE(client.call("history", {}, kLong));
  }
  CHECK(test::leases_in(home.status().as_record()) == 1);
  home.kill_daemon();
  const Client client = home.connect();
  CHECK(test::leases_in(home.status().as_record()) == 1);
  ::kill(command, SIGKILL);
  CHECK(home.eventually([](const Record& status) { return test::leases_in(status) == 0; }));
}

TEST_CASE("limits and holds are those of the daemon before", "[gate]") {
  const GateHome home;
  {
    Client client = home.connect();
    CHECK(client.call("limit", Record{{"jobs", 5}}, kLong));
    CHECK(client.call("pause", Record{{"kind", "requester"}, {"name", "noisy"}}, kLong));
    CHECK(client.call("shutdown", {}, kLong));
  }
  REQUIRE(home.eventually([](const Record& status) { return status.empty(); }));
  const Client client = home.connect();
  const Value status = home.status();
  CHECK(status.as_record().find("jobs")->as_int() == 5);
  CHECK(status.as_record().find("holds")->as_list().size() == 1);
}

TEST_CASE("three runs of a shape make an estimate, also for the next daemon", "[gate]") {
  const GateHome home;
  for (int i = 0; i < 3; ++i) {
    auto lease = Lease::acquire(gate_request("make"), home.lease_options());
    REQUIRE(lease);
    lease->release({.code = 0, .memory = 1000});
  }
  {
    Client client = home.connect();
    CHECK(client.call("shutdown", {}, kLong));
  }
  REQUIRE(home.eventually([](const Record& status) { return status.empty(); }));
  auto lease = Lease::acquire(gate_request("make"), home.lease_options());
  REQUIRE(lease);
  CHECK(lease->id() == 4);
  const Value status = home.status();
  CHECK(status.as_record().find("leases")->as_list()[0].as_record().find("usual_ms")->is_int());
}

TEST_CASE("a broken store stops nobody", "[gate]") {
  const GateHome home;
  std::filesystem::remove(home.places().store());
  std::ofstream(home.places().store()) << std::string(10'000, 'x');
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  CHECK(lease->kind() == Lease::Kind::granted);
  const Value status = home.status();
  const Record& daemon = status.as_record().find("daemon")->as_record();
  CHECK_THAT(daemon.find("warning")->as_string(), Catch::Contains("broken"));
}

TEST_CASE("fifty leases live through a restart of the daemon", "[gate]") {
  const GateHome home;
  allow_jobs(home, 60);
  std::vector<Lease> leases;
  for (int i = 0; i < 50; ++i) {
    auto lease =
        Lease::acquire(gate_request("make", "/lane-" + std::to_string(i)), home.lease_options());
    REQUIRE(lease);
    REQUIRE(lease->kind() == Lease::Kind::granted);
    leases.push_back(std::move(*lease));
  }
  home.kill_daemon();
  const Client client = home.connect();
  const Value status = home.status();
  CHECK(test::leases_in(status.as_record()) == 50);
  CHECK(books_add_up(status.as_record()));
  leases.clear();
  CHECK(home.eventually([](const Record& now) { return test::leases_in(now) == 0; }));
}
