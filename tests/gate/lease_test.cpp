// Leases of the real daemon, and of the lock files when there is none.
#include "gate/lease.h"

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>

#include "support/gate_home.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace {

void tell(int fd, char byte) { (void)!::write(fd, &byte, 1); }

// Acquires, says 'g', and holds the lease until it is killed.
void hold_lease(const GateHome& home, int fd, const Request& request) {
  auto lease = Lease::acquire(request, home.lease_options());
  tell(fd, lease && lease->kind() == Lease::Kind::granted ? 'g' : 'x');
  ::pause();
}

/// As a witness does: nothing else is left of the client.
[[noreturn]] void keep_only(const std::vector<int>& files, int tell) {
  for (int fd = 3; fd < 1024; ++fd) {
    if (fd != tell && std::ranges::find(files, fd) == files.end()) ::close(fd);
  }
  const pid_t self = ::getpid();
  (void)!::write(tell, &self, sizeof self);
  for (;;) ::pause();
}

}  // namespace

TEST_CASE("the first lease starts the daemon, and its release gives all back", "[gate]") {
  const GateHome home;
  CHECK(home.daemon_pid() == 0);
  auto lease = Lease::acquire(gate_request("make all", "/lane"), home.lease_options());
  REQUIRE(lease);
  CHECK(lease->kind() == Lease::Kind::granted);
  CHECK(lease->id() == 1);
  CHECK(lease->tag().starts_with("1."));
  CHECK(lease->band() == Band::bulk);
  CHECK(lease->nice() == 19);
  CHECK(lease->jobs() >= 1);
  CHECK(home.daemon_pid() > 0);
  const Value status = home.status();
  CHECK(test::leases_in(status.as_record()) == 1);
  int tokens = -1;
  REQUIRE(::ioctl(lease->token_reader(), FIONREAD, &tokens) == 0);
  const Value& lease_row = status.as_record().find("leases")->as_list()[0];
  CHECK(tokens == lease_row.as_record().find("tokens")->as_int());
  lease->release({.code = 0});
  CHECK(test::leases_in(home.status().as_record()) == 0);
}

TEST_CASE("a lane has one holder, the next waits and is told why", "[gate]") {
  const GateHome home;
  auto first = Lease::acquire(gate_request("first", "/lane"), home.lease_options());
  REQUIRE(first);
  GateChild second([&](int fd) {
    LeaseOptions options = home.lease_options();
    options.wait_first = Duration(1);
    options.on_wait = [&](const WaitNotice& notice) {
      const bool has_reason = notice.line.contains("held by 1 first (tester");
      const bool is_early = notice.line == "the gate's daemon has not answered yet";
      tell(fd, has_reason ? 'w' : is_early ? 'n' : '?');
    };
    auto lease = Lease::acquire(gate_request("second", "/lane"), options);
    tell(fd, lease && lease->kind() == Lease::Kind::granted ? 'g' : 'x');
  });
  REQUIRE(home.eventually([](const Record& status) { return test::waiting_in(status) == 1; }));
  auto other = Lease::acquire(gate_request("other", "/elsewhere"), home.lease_options());
  REQUIRE(other);
  other->release({.code = 0});
  first->release({.code = 0});
  CHECK(second.hear() == 'n');
  char heard = 'n';
  while (heard == 'n' || heard == 'w') heard = second.hear();
  CHECK(heard == 'g');
}

TEST_CASE("a holder that is killed holds nothing", "[gate]") {
  const GateHome home;
  GateChild holder([&](int fd) { hold_lease(home, fd, gate_request("make", "/lane")); });
  REQUIRE(holder.hear() == 'g');
  holder.signal(SIGKILL);
  auto next = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(next);
  CHECK(next->kind() == Lease::Kind::granted);
}

TEST_CASE("what has a dead holder's lock files keeps its lane, though nothing tells what it is",
          "[gate]") {
  const GateHome home;
  pid_t left = 0;
  GateChild holder([&](int fd) {
    auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
    const pid_t copy = lease ? ::fork() : -1;
    if (copy == 0) keep_only(lease->locks(), fd);
    if (copy < 0) (void)!::write(fd, &copy, sizeof copy);
    ::pause();
  });
  for (size_t i = 0; i < sizeof left; ++i) reinterpret_cast<char*>(&left)[i] = holder.hear();
  REQUIRE(left > 0);
  holder.signal(SIGKILL);
  holder.wait();
  GateChild next([&](int fd) { hold_lease(home, fd, gate_request("next", "/lane")); });
  CHECK(home.eventually([](const Record& status) {
    const Value* waiting = status.find("waiting");
    if (!waiting || waiting->as_list().empty()) return false;
    const List& reasons = waiting->as_list()[0].as_record().find("reasons")->as_list();
    return reasons[0].as_record().find("cause")->as_string() == "lock";
  }));
  ::kill(left, SIGKILL);
  CHECK(next.hear() == 'g');
}

TEST_CASE("a waiter that is killed is forgotten", "[gate]") {
  const GateHome home;
  auto first = Lease::acquire(gate_request("first", "/lane"), home.lease_options());
  GateChild second([&](int fd) { hold_lease(home, fd, gate_request("second", "/lane")); });
  REQUIRE(home.eventually([](const Record& status) { return test::waiting_in(status) == 1; }));
  second.signal(SIGKILL);
  CHECK(home.eventually([](const Record& status) { return test::waiting_in(status) == 0; }));
}

TEST_CASE("gate kill ends a wait with an error of its own", "[gate]") {
  const GateHome home;
  auto first = Lease::acquire(gate_request("first", "/lane"), home.lease_options());
  GateChild second([&](int fd) {
    auto lease = Lease::acquire(gate_request("second", "/lane"), home.lease_options());
    tell(fd, !lease && lease.error().kind == ErrorKind::cancelled ? 'k' : 'x');
  });
  REQUIRE(home.eventually([](const Record& status) { return test::waiting_in(status) == 1; }));
  auto client = Client::connect(home.client_options());
  REQUIRE(client);
  CHECK(client->call("kill", Record{{"id", 2}}, Duration(30'000)));
  CHECK(second.hear() == 'k');
}

TEST_CASE("who waits when the daemon is killed waits on with the next", "[gate]") {
  const GateHome home;
  GateChild first([&](int fd) { hold_lease(home, fd, gate_request("first", "/lane")); });
  REQUIRE(first.hear() == 'g');
  GateChild second([&](int fd) { hold_lease(home, fd, gate_request("second", "/lane")); });
  REQUIRE(home.eventually([](const Record& status) { return test::waiting_in(status) == 1; }));
  home.kill_daemon();
  REQUIRE(home.eventually([](const Record& status) {
    return test::waiting_in(status) == 1 && test::leases_in(status) == 1;
  }));
  first.signal(SIGKILL);
  CHECK(second.hear() == 'g');
}

TEST_CASE("two first clients at once start one daemon", "[gate]") {
  const GateHome home;
  std::vector<std::unique_ptr<GateChild>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<GateChild>([&, i](int fd) {
      hold_lease(home, fd, gate_request("make", "/lane-" + std::to_string(i)));
    }));
  }
  CHECK(home.eventually([](const Record& status) {
    return test::leases_in(status) + test::waiting_in(status) == 8;
  }));
}

TEST_CASE("without a daemon the lock files let one in a lane", "[gate]") {
  const GateHome home;
  LeaseOptions options = home.lease_options();
  options.client.starts_daemon = false;
  int warnings = 0;
  options.on_warning = [&](const std::string&) { ++warnings; };
  auto first = Lease::acquire(gate_request("first", "/lane"), options);
  REQUIRE(first);
  CHECK(first->kind() == Lease::Kind::fallback);
  CHECK(first->tag().empty());
  CHECK(first->token_reader() == -1);
  CHECK(first->jobs() >= 1);
  CHECK(warnings == 1);
  options.max_wait = Duration(1);
  auto second = Lease::acquire(gate_request("second", "/lane"), options);
  REQUIRE(second);
  CHECK(second->kind() == Lease::Kind::ungated);
  CHECK(second->nice() > 0);
  {
    Lease gone = std::move(*first);
  }
  options.max_wait = Duration(0);
  auto third = Lease::acquire(gate_request("third", "/lane"), options);
  REQUIRE(third);
  CHECK(third->kind() == Lease::Kind::fallback);
}

TEST_CASE("who asks the daemon waits for a command that runs without it", "[gate]") {
  const GateHome home;
  LeaseOptions without = home.lease_options();
  without.client.starts_daemon = false;
  auto first = Lease::acquire(gate_request("first", "/lane"), without);
  REQUIRE(first);
  REQUIRE(first->kind() == Lease::Kind::fallback);
  home.connect();
  GateChild second([&](int fd) { hold_lease(home, fd, gate_request("second", "/lane")); });
  CHECK(home.eventually([](const Record& status) {
    const Value* waiting = status.find("waiting");
    if (!waiting || waiting->as_list().empty()) return false;
    const List& reasons = waiting->as_list()[0].as_record().find("reasons")->as_list();
    return reasons[0].as_record().find("cause")->as_string() == "lock";
  }));
  // Its slot is nobody else's.
  CHECK(home.eventually([](const Record& status) {
    return status.find("machine")->as_record().find("slots_taken")->as_int() > 0;
  }));
  first->release({.code = 0});
  CHECK(second.hear() == 'g');
}

TEST_CASE("who runs without the daemon waits for its leases, also when it is dead", "[gate]") {
  const GateHome home;
  auto lease = Lease::acquire(gate_request("first", "/p/target/debug"), home.lease_options());
  REQUIRE(lease);
  const pid_t daemon = home.daemon_pid();
  ::kill(daemon, SIGSTOP);
  LeaseOptions options = home.lease_options();
  options.client.hello_limit = Duration(20);
  options.max_wait = Duration(1);
  const auto kind_in = [&](LaneKey lane) {
    Request request = gate_request("other");
    request.band = Band::focus;
    request.lane = std::move(lane);
    auto other = Lease::acquire(request, options);
    REQUIRE(other);
    return other->kind();
  };
  const LaneKey same({{"/p/target/debug"}});
  const LaneKey tree({{"/p/target", true}});
  CHECK(kind_in(same) == Lease::Kind::ungated);
  CHECK(kind_in(tree) == Lease::Kind::ungated);
  CHECK(kind_in(LaneKey({{"/p/target/release"}})) == Lease::Kind::fallback);
  ::kill(daemon, SIGCONT);
  home.kill_daemon();
  options.client.starts_daemon = false;
  CHECK(kind_in(same) == Lease::Kind::ungated);
  CHECK(kind_in(tree) == Lease::Kind::ungated);
  lease->release({.code = 0});
  CHECK(kind_in(same) == Lease::Kind::fallback);
  CHECK(kind_in(tree) == Lease::Kind::fallback);
}

TEST_CASE("a lease that ends while there is no daemon is not the next one's", "[gate]") {
  const GateHome home;
  GateChild holder([&](int fd) {
    auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
    tell(fd, lease && lease->kind() == Lease::Kind::granted ? 'g' : 'x');
    home.kill_daemon();
    lease->release({.code = 0});
  });
  REQUIRE(holder.hear() == 'g');
  holder.wait();
  auto next = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(next);
  CHECK(next->kind() == Lease::Kind::granted);
  CHECK(test::leases_in(home.status().as_record()) == 1);
}

TEST_CASE("a stop while waiting ends the wait", "[gate]") {
  const GateHome home;
  auto first = Lease::acquire(gate_request("first", "/lane"), home.lease_options());
  REQUIRE(first);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  tell(writer.get(), 's');
  LeaseOptions options = home.lease_options();
  options.stop_fd = reader.get();
  auto second = Lease::acquire(gate_request("second", "/lane"), options);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::cancelled);
}

TEST_CASE("a directory that cannot be had fails no command", "[gate]") {
  const GateHome home;
  LeaseOptions options = home.lease_options();
  options.client.places.run = "/proc/nowhere/run";
  options.client.places.state = "/proc/nowhere/state";
  auto lease = Lease::acquire(gate_request("make", "/lane"), options);
  REQUIRE(lease);
  CHECK(lease->kind() == Lease::Kind::ungated);
}
