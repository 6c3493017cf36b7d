// What the daemon before has left unsaid: programs that only their tag tells, pipes beside that of
// a lease, numbers that were given twice, rows that say nothing.
#include <fcntl.h>
#include <sys/ioctl.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "gate/store.h"
#include "support/gate_home.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace {

constexpr Duration kLong{30'000};

/// Holds a lease, beside a tagged program that outlives it.
class Holder {
 public:
  explicit Holder(const GateHome& home)
      : child_([&](int fd) {
          auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
          const pid_t program = lease ? test::start_sleeper(lease->tag()) : -1;
          (void)!::write(fd, &program, sizeof program);
          ::pause();
        }) {
    for (size_t i = 0; i < sizeof program_; ++i) {
      reinterpret_cast<char*>(&program_)[i] = child_.hear();
    }
    REQUIRE(program_ > 0);
  }
  ~Holder() { ::kill(program_, SIGKILL); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  pid_t program() const { return program_; }
  void kill_client() {
    child_.signal(SIGKILL);
    child_.wait();
  }

 private:
  GateChild child_;
  pid_t program_ = -1;
};

int lying_in(int pipe) {
  int bytes = -1;
  ::ioctl(pipe, FIONREAD, &bytes);
  return bytes;
}

bool has_soon(const GateHome& home, size_t leases, size_t waiting) {
  return home.eventually([&](const Record& status) {
    return status.find("leases") && test::leases_in(status) == leases &&
           test::waiting_in(status) == waiting;
  });
}

}  // namespace

TEST_CASE("what a dead client's command has left behind keeps the lease under the next daemon",
          "[gate]") {
  const GateHome home;
  Holder holder(home);
  holder.kill_client();
  home.kill_daemon();
  home.connect();
  const GateChild next([&](int fd) {
    auto lease = Lease::acquire(gate_request("next", "/lane"), home.lease_options());
    (void)!::write(fd, lease && lease->kind() == Lease::Kind::granted ? "g" : "x", 1);
    ::pause();
  });
  REQUIRE(has_soon(home, 1, 1));
  ::kill(holder.program(), SIGKILL);
  CHECK(next.hear() == 'g');
}

TEST_CASE("the next daemon finds a command that it was not told of", "[gate]") {
  const GateHome home;
  Holder holder(home);
  home.kill_daemon();
  home.connect();
  const Value status = home.status();
  REQUIRE(test::leases_in(status.as_record()) == 1);
  const Record& lease = status.as_record().find("leases")->as_list()[0].as_record();
  CHECK(*lease.find("child") == Value(std::int64_t{holder.program()}));
  holder.kill_client();
  REQUIRE(has_soon(home, 1, 0));
  ::kill(holder.program(), SIGKILL);
  CHECK(has_soon(home, 0, 0));
}

TEST_CASE("the next daemon takes no other pipe of a client for that of its lease", "[gate]") {
  const GateHome home;
  REQUIRE(home.connect().call("limit", Record{{"jobs", 4}}, kLong));
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);  // has lower numbers than the lease's
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  REQUIRE(::write(writer.get(), "other", 5) == 5);
  auto first = Lease::acquire(gate_request("first", "/a"), home.lease_options());
  REQUIRE(first);
  const int tokens = lying_in(first->token_reader());
  REQUIRE(tokens > 0);
  home.kill_daemon();
  auto second = Lease::acquire(gate_request("second", "/b"), home.lease_options());
  REQUIRE(second);
  CHECK(second->kind() == Lease::Kind::granted);
  CHECK(lying_in(first->token_reader()) < tokens);
  CHECK(lying_in(reader.get()) == 5);
}

TEST_CASE("who has a lease of a lost store ends no other that has its number", "[gate]") {
  const GateHome home;
  auto first = Lease::acquire(gate_request("first", "/a"), home.lease_options());
  REQUIRE(first);
  home.kill_daemon();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(home.places().store() + suffix);
  }
  auto second = Lease::acquire(gate_request("second", "/b"), home.lease_options());
  REQUIRE(second);
  REQUIRE(second->kind() == Lease::Kind::granted);
  REQUIRE(second->id() == first->id());
  first->release({.code = 0});
  CHECK(test::leases_in(home.status().as_record()) == 1);
}

TEST_CASE("a row that tells of no lease stops nobody", "[gate]") {
  const GateHome home;
  Store(home.places().store())
      .write(std::vector<StoreOperation>{PutLease{7, Record{{"n", 1}}}, PutLease{8, Value(8)}});
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  CHECK(lease->kind() == Lease::Kind::granted);
  CHECK(lease->id() == 9);
  CHECK(test::leases_in(home.status().as_record()) == 1);
}
