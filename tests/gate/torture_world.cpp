#include "gate/torture_world.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "gate/process_identity.h"

namespace weir::test {

namespace {

constexpr int kLanes = 3;
constexpr int kPatienceMs = 60'000;

// What a client tells.
constexpr char kGranted = 'g';
constexpr char kWithout = 'f';
constexpr char kTwoHolders = '2';
constexpr char kNoLease = 'n';
constexpr char kDone = 'd';

void say(int fd, char byte) { (void)!::write(fd, &byte, 1); }

/// A descriptor whose lock says who has the lane; none when somebody who lives has it.
UniqueFd witness_of(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT, 0600));
  const auto self = gate::identify_process(::getpid());
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    char text[64] = {};
    (void)!::pread(file.get(), text, sizeof text - 1, 0);
    gate::ProcessIdentity holder{.boot = self->boot};
    unsigned long long start = 0;
    if (std::sscanf(text, "%d %llu", &holder.pid, &start) == 2) holder.start = start;
    if (gate::is_alive(holder)) return UniqueFd();
    // A command whose client was killed is on its way out.
    std::this_thread::yield();
  }
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%d %llu\n", self->pid,
                                 static_cast<unsigned long long>(self->start));
  (void)!::ftruncate(file.get(), 0);
  (void)!::pwrite(file.get(), text, static_cast<size_t>(size), 0);
  return file;
}

/// A program with the tag of the lease, which has the witness as long as it lives.
pid_t start_command(const std::string& tag, int run_ms) {
  const pid_t parent = ::getpid();
  const pid_t command = ::fork();
  if (command != 0) return command;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::setenv("GATE_LEASE", tag.c_str(), 1);
  char time[16];
  std::snprintf(time, sizeof time, "0.%03d", run_ms);
  ::execl("/bin/sleep", "sleep", time, nullptr);
  ::_exit(127);
}

}  // namespace

TortureWorld::Plan TortureWorld::some_plan() {
  return {.lane = static_cast<int>(random_.below(kLanes)),
          .band = random_.one_in(3) ? gate::Band::focus : gate::Band::bulk,
          .asks_daemon = !random_.one_in(5),
          .kills_command = random_.one_in(6),
          .run_ms = static_cast<int>(random_.below(40))};
}

/// One client, in a process of its own.
void TortureWorld::live(const Plan& plan, int tell) const {
  const std::string lane = home_.path() / ("lane-" + std::to_string(plan.lane));
  gate::Request request = gate_request("make", lane);
  request.band = plan.band;
  gate::LeaseOptions options = home_.lease_options();
  // Without an answer in no time it goes without the daemon, though there may be one.
  if (!plan.asks_daemon) options.client.hello_limit = gate::Duration(0);
  auto lease = gate::Lease::acquire(request, options);
  if (!lease || lease->kind() == gate::Lease::Kind::ungated) return say(tell, kNoLease);
  UniqueFd witness = witness_of(lane + ".holder");
  if (!witness) return say(tell, kTwoHolders);
  say(tell, lease->kind() == gate::Lease::Kind::granted ? kGranted : kWithout);
  const pid_t command = start_command(lease->tag(), plan.run_ms);
  witness.reset();
  lease->started(command);
  if (plan.kills_command) ::kill(command, SIGKILL);
  int status = 0;
  while (::waitpid(command, &status, 0) < 0 && errno == EINTR) {
  }
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  lease->release({.code = signal != 0 ? 128 + signal : WEXITSTATUS(status), .signal = signal});
  say(tell, kDone);
}

void TortureWorld::start_client() {
  const Plan plan = some_plan();
  clients_.push_back(
      {std::make_unique<GateChild>([this, plan](int tell) { live(plan, tell); }), false});
}

void TortureWorld::disturb() {
  Client& victim = clients_[random_.below(static_cast<std::uint32_t>(clients_.size()))];
  switch (random_.below(8)) {
    case 0:
    case 1:
      home_.kill_daemon();
      ++result_.daemons;
      break;
    case 2:
      victim.child->signal(SIGKILL);
      victim.is_killed = true;
      break;
    case 3:
      victim.child->signal(SIGSTOP);
      break;
    case 4:
      victim.child->signal(SIGCONT);
      break;
    default:
      std::this_thread::sleep_for(std::chrono::milliseconds(random_.below(15)));
  }
}

void TortureWorld::note(const std::string& violation) {
  if (result_.violation.empty()) result_.violation = violation;
}

/// Everybody who was not killed comes to an end.
void TortureWorld::hear_all() {
  for (Client& client : clients_) client.child->signal(SIGCONT);
  for (Client& client : clients_) {
    char last = 0;
    while (const auto heard = client.child->hear_within(kPatienceMs)) {
      if (*heard == '\0') break;
      last = *heard;
      result_.granted += last == kGranted ? 1 : 0;
      result_.without += last == kWithout ? 1 : 0;
      if (last == kTwoHolders) note("a lane had two holders");
      if (last == kNoLease) note("a client got no lease");
      if (last == kDone) break;
    }
    result_.killed += client.is_killed ? 1 : 0;
    if (!client.is_killed && last != kDone) note("a waiter was forgotten");
  }
}

/// Nothing is left, and soon.
void TortureWorld::check_end(gate::Duration bound) {
  clients_.clear();  // ends and reaps them
  home_.connect();
  const auto bulk = [](const Record& status, std::string_view what) {
    return status.find("bands")->as_record().find("bulk")->as_record().find(what)->as_int();
  };
  const gate::Instant began = gate::instant_now();
  const bool is_over = home_.eventually([](const Record& status) {
    return status.find("leases") && leases_in(status) == 0 && waiting_in(status) == 0;
  });
  result_.cleanup = gate::instant_now() - began;
  if (!is_over) return note("a lease or a waiter was left");
  if (result_.cleanup > bound) note("a lease outlived its processes");
  const bool is_whole = home_.eventually([&](const Record& status) {
    return status.find("bands") && bulk(status, "pool") == bulk(status, "capacity") &&
           bulk(status, "issued") == 0;
  });
  if (!is_whole) note("tokens were lost");
}

TortureResult TortureWorld::run(gate::Duration cleanup_bound) {
  const int clients = 4 + static_cast<int>(random_.below(6));
  for (int i = 0; i < clients; ++i) {
    start_client();
    for (std::uint32_t turns = random_.below(3); turns > 0; --turns) disturb();
  }
  hear_all();
  check_end(cleanup_bound);
  return result_;
}

}  // namespace weir::test
