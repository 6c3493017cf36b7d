// How much of the processor the real daemon lets commands have: nice values of processes and
// sessions.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "gate/daemon/process_weight.h"
#include "gate/daemon/session_weight.h"
#include "gate/process_identity.h"
#include "support/gate_home.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace {

// In a session of its own, as an agent: a bulk lease in /lane and its command, a shell with a
// child. Says the pids of both, then waits for its end.
void build_as_agent(const GateHome& home, int fd) {
  ::setsid();
  auto lease = Lease::acquire(gate_request("build", "/lane"), home.lease_options());
  int ends[2];
  if (!lease || ::pipe(ends) != 0) return;
  const pid_t command = ::fork();
  if (command == 0) {
    ::setpriority(PRIO_PROCESS, 0, lease->nice());
    ::setenv("GATE_LEASE", lease->tag().c_str(), 1);
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl("/bin/sh", "sh", "-c", "sleep 1000 & echo $!; wait", nullptr);
    ::_exit(127);
  }
  char text[32] = {};
  (void)!::read(ends[0], text, sizeof text - 1);
  lease->started(command);
  const pid_t pids[] = {command, std::atoi(text)};
  (void)!::write(fd, pids, sizeof pids);
  ::pause();
}

struct Agent {
  explicit Agent(const GateHome& home) : child([&home](int fd) { build_as_agent(home, fd); }) {
    for (size_t i = 0; i < sizeof pids; ++i) reinterpret_cast<char*>(pids)[i] = child.hear();
  }
  ~Agent() {
    for (const pid_t pid : pids) {
      if (pid > 0) ::kill(pid, SIGKILL);
    }
  }
  bool weighs(int nice) const {
    return ::getpriority(PRIO_PROCESS, static_cast<id_t>(pids[0])) == nice &&
           ::getpriority(PRIO_PROCESS, static_cast<id_t>(pids[1])) == nice;
  }
  // True where there are no such things.
  bool session_weighs(int nice) const {
    const auto group = daemon::autogroup_of(pids[0]);
    return !group || group->nice == nice;
  }

  GateChild child;
  pid_t pids[2] = {-1, -1};
};

void check_raised_while_focus_waits(const GateHome& home, const Agent& agent) {
  const int low = daemon::nice_of(Weight::low, agent.child.pid());
  const int full = daemon::nice_of(Weight::full, agent.child.pid());
  CHECK(home.eventually([&](const Record&) { return agent.weighs(low); }));
  CHECK(home.eventually([&](const Record&) { return agent.session_weighs(19); }));
  {
    Request check = gate_request("check", "/lane");
    check.band = Band::focus;
    const GateChild focus([&](int) { (void)Lease::acquire(check, home.lease_options()); });
    CHECK(home.eventually([&](const Record&) { return agent.session_weighs(0); }));
    // Who may not give a process its value back has not taken it all.
    CHECK(home.eventually([&](const Record&) { return agent.weighs(low == 19 ? full : low); }));
  }
  CHECK(home.eventually([&](const Record&) { return agent.weighs(low); }));
  CHECK(home.eventually([&](const Record&) { return agent.session_weighs(19); }));
}

}  // namespace

TEST_CASE("a build that focus waits for is raised with all its processes, and put back", "[gate]") {
  const GateHome home;
  const Agent agent(home);
  REQUIRE(agent.pids[1] > 0);
  check_raised_while_focus_waits(home, agent);
}

TEST_CASE("the next daemon goes on with the weights, and puts them back in the end", "[gate]") {
  const GateHome home;
  {
    const Agent agent(home);
    REQUIRE(agent.pids[1] > 0);
    CHECK(home.eventually([&](const Record&) { return agent.session_weighs(19); }));
    home.kill_daemon();
    home.connect();
    check_raised_while_focus_waits(home, agent);
    Client client = home.connect();
    CHECK(client.call("shutdown", {}, Duration(30'000)));
    CHECK(home.eventually([&](const Record&) { return agent.session_weighs(0); }));
    home.connect();
    CHECK(home.eventually([&](const Record&) { return agent.session_weighs(19); }));
  }
  CHECK(home.eventually([](const Record& status) { return test::leases_in(status) == 0; }));
}

TEST_CASE("an ordinary user's commands are not put where nobody can bring them back", "[gate]") {
  if (::geteuid() != 0) {
    WARN("skipped: only root can become another user");
    return;
  }
  GateChild other([](int fd) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    const bool is_held_back = daemon::nice_of(Weight::low, ::getpid()) == 10;
    (void)!::write(fd, is_held_back ? "y" : "n", 1);
  });
  CHECK(other.hear() == 'y');
}
