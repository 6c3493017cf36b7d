// The real daemon from outside: its end, its socket, bad clients, events.
#include "gate/daemon/server.h"

#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <new>

#include "gate/daemon/service.h"
#include "gate/process_identity.h"
#include "gate/protocol/catalogue.h"
#include "gate/protocol/request_message.h"
#include "gate/protocol/unix_socket.h"
#include "gate/torture_world.h"
#include "support/gate_home.h"
#include "support/paths.h"
#include "support/random.h"
#include "support/run_program.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace {

constexpr Duration kLong{30'000};

bool ends(const ProcessIdentity& process) {
  const UniqueFd pidfd = open_identity(process);
  pollfd wait{pidfd.get(), POLLIN, 0};
  return !pidfd || ::poll(&wait, 1, 30'000) == 1;
}

ProcessIdentity daemon_of(const GateHome& home) {
  auto identity = identify_process(home.daemon_pid());
  REQUIRE(identity);
  return *identity;
}

void hold_lease(const GateHome& home, int fd, const Request& request) {
  auto lease = Lease::acquire(request, home.lease_options());
  (void)!::write(fd, lease && lease->kind() == Lease::Kind::granted ? "g" : "x", 1);
  ::pause();
}

// The next event's kind; "" at a time-out.
std::string next_event(Client& client, std::int64_t* id = nullptr) {
  auto incoming = client.receive(kLong);
  if (!incoming || !*incoming) return "";
  const auto* call = std::get_if<protocol::Call>(&(*incoming)->message);
  if (!call || call->method != "event") return "no event";
  if (id) *id = call->params.as_record().find("id")->as_int();
  return call->params.as_record().find("kind")->as_string();
}

struct Flood {
  std::atomic<size_t> sent{0};
  std::atomic<int> in_vain{0};  // that many times one after the other nothing was taken
  std::atomic<bool> is_over{false};
};

/// Shared with the process that floods.
class SharedFlood {
 public:
  SharedFlood()
      : memory_(::mmap(nullptr, sizeof(Flood), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                       -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    flood_ = new (memory_) Flood;
  }
  ~SharedFlood() { ::munmap(memory_, sizeof(Flood)); }
  SharedFlood(const SharedFlood&) = delete;
  SharedFlood& operator=(const SharedFlood&) = delete;
  Flood* operator->() const { return flood_; }

 private:
  void* memory_;
  Flood* flood_ = nullptr;
};

}  // namespace

TEST_CASE("TERM drains: the end comes with the last lease, new ones fall back", "[gate]") {
  const GateHome home;
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  const auto daemon = daemon_of(home);
  ::kill(daemon.pid, SIGTERM);
  REQUIRE(home.eventually([](const Record& status) {
    return status.find("daemon")->as_record().find("draining")->as_bool();
  }));
  auto other = Lease::acquire(gate_request("other", "/other"), home.lease_options());
  REQUIRE(other);
  CHECK(other->kind() == Lease::Kind::fallback);
  CHECK(is_alive(daemon));
  lease->release({.code = 0});
  CHECK(ends(daemon));
}

TEST_CASE("an idle daemon ends by itself", "[gate]") {
  const GateHome home;
  GateChild serving([&](int) {
    ::execl(test::kWeirProgram, "weir", "-c", "gate serve --idle-exit 50ms", nullptr);
  });
  CHECK(serving.wait() == 0);
}

TEST_CASE("a second daemon is refused", "[gate]") {
  const GateHome home;
  const Client client = home.connect();
  const auto second = test::run_program({.argv = {test::kWeirProgram, "-c", "gate serve"},
                                         .environment = {"WEIR_RUNTIME_DIR=" + home.places().run,
                                                         "WEIR_STATE_DIR=" + home.places().state},
                                         .directory = home.path()});
  CHECK(second.code == "1");
  CHECK_THAT(second.err, Catch::Contains("runs already"));
}

TEST_CASE("a socket that is removed comes back, with the same daemon", "[gate]") {
  const GateHome home;
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  const pid_t daemon = home.daemon_pid();
  std::filesystem::remove(home.places().socket());
  CHECK(home.eventually([](const Record& status) { return !status.empty(); }));
  CHECK(home.daemon_pid() == daemon);
  CHECK(test::leases_in(home.status().as_record()) == 1);
}

TEST_CASE("a daemon without its directory ends", "[gate]") {
  const GateHome home;
  home.connect();
  const auto daemon = daemon_of(home);
  // The daemon may put its socket back while the directory is being emptied.
  std::error_code busy;
  do std::filesystem::remove_all(home.places().run, busy);
  while (busy);
  CHECK(ends(daemon));
}

TEST_CASE("events are told as they happen, and again from any point", "[gate]") {
  const GateHome home;
  Client watcher = home.connect();
  REQUIRE(watcher.call("watch", {}, kLong));
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  lease->announce({.done = 1, .total = 9, .current = "leaf"});
  lease->release({.code = 0});
  std::int64_t first = 0;
  CHECK(next_event(watcher, &first) == "submit");
  CHECK(next_event(watcher) == "admit");
  CHECK(next_event(watcher) == "unit");
  CHECK(next_event(watcher) == "exit");
  Client later = home.connect();
  REQUIRE(later.call("watch", Record{{"after", Value(first)}}, kLong));
  CHECK(next_event(later) == "admit");
  CHECK(next_event(later) == "unit");
  CHECK(next_event(later) == "exit");
}

TEST_CASE("history has the commands that ended, newest first", "[gate]") {
  const GateHome home;
  for (const char* command : {"make one", "make two"}) {
    auto lease = Lease::acquire(gate_request(command), home.lease_options());
    REQUIRE(lease);
    lease->release({.code = command[5] == 't' ? 3 : 0});
  }
  Client client = home.connect();
  auto all = client.call("history", {}, kLong);
  REQUIRE(all);
  const List& runs = all->as_record().find("runs")->as_list();
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].as_record().find("command")->as_string() == "make two");
  CHECK(runs[0].as_record().find("code")->as_int() == 3);
  auto one = client.call("history", Record{{"text", "make one"}, {"limit", 5}}, kLong);
  REQUIRE(one);
  CHECK(one->as_record().find("runs")->as_list().size() == 1);
}

TEST_CASE("history has what was never granted, with its wait, and nothing from before a time",
          "[gate]") {
  const GateHome home;
  GateChild holder([&](int fd) { hold_lease(home, fd, gate_request("first", "/lane")); });
  REQUIRE(holder.hear() == 'g');
  const auto waits = [](const Record& status) { return test::waiting_in(status) == 1; };
  {
    GateChild impatient([&](int fd) { hold_lease(home, fd, gate_request("impatient", "/lane")); });
    REQUIRE(home.eventually(waits));
    impatient.signal(SIGKILL);
    REQUIRE(home.eventually([&](const Record& status) { return !waits(status); }));
  }
  GateChild ended([&](int fd) { hold_lease(home, fd, gate_request("ended", "/lane")); });
  REQUIRE(home.eventually(waits));
  Client client = home.connect();
  const Value waiting = home.status().as_record().find("waiting")->as_list()[0];
  CHECK(waiting.as_record().find("group")->as_int() == ::getpgrp());
  REQUIRE(client.call("kill", Record{{"id", *waiting.as_record().find("id")}}, kLong));
  auto answer = client.call("history", {}, kLong);
  REQUIRE(answer);
  const List& runs = answer->as_record().find("runs")->as_list();
  REQUIRE(runs.size() == 2);
  CHECK(*runs[0].as_record().find("state") == Value("killed"));
  CHECK(*runs[1].as_record().find("state") == Value("gave_up"));
  CHECK(*runs[1].as_record().find("command") == Value("impatient"));
  CHECK(runs[1].as_record().find("waited_ms")->is_int());
  CHECK(*runs[1].as_record().find("group") == Value(int64_t{::getpgrp()}));
  const int64_t last = runs[0].as_record().find("time_ms")->as_int();
  auto later = client.call("history", Record{{"since_ms", Value(last + 1)}}, kLong);
  REQUIRE(later);
  CHECK(later->as_record().find("runs")->as_list().empty());
}

TEST_CASE("a client that floods slows itself alone", "[gate]") {
  // What the sockets and the queue of answers hold is far less.
  constexpr size_t kMost = size_t{4} << 20;
  const GateHome home;
  home.connect();
  SharedFlood flood;
  GateChild flooder([&](int fd) {
    auto socket = protocol::connect_to(home.places().socket());
    const std::string line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nonsense\"}\n";
    for (size_t at = 0; flood->sent < kMost && !flood->is_over;) {
      pollfd wait{socket->get(), POLLOUT, 0};
      ::poll(&wait, 1, 10);
      const auto sent = protocol::send_some(socket->get(), std::string_view(line).substr(at));
      if (!sent) return;
      flood->sent += *sent;
      flood->in_vain = *sent > 0 ? 0 : flood->in_vain + 1;
      at = (at + *sent) % line.size();
    }
    (void)!::write(fd, "o", 1);
  });
  // Others go on, until nobody takes any more of what it says.
  constexpr int kNoMore = 30;
  while (flood->sent < kMost && flood->in_vain < kNoMore) {
    for (int i = 0; i < 10; ++i) {
      auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
      REQUIRE(lease);
      CHECK(lease->kind() == Lease::Kind::granted);
      lease->release({.code = 0});
    }
  }
  CHECK(flood->sent < kMost);
  flood->is_over = true;
  CHECK(flooder.hear() == 'o');  // and was not hung up on
}

TEST_CASE("a client that watches and does not read is hung up on", "[gate]") {
  constexpr int kMost = 1'000;
  const GateHome home;
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  Client watcher = home.connect();
  REQUIRE(watcher.call("watch", {}, kLong));
  Client other = home.connect();
  const auto is_hung_up = [&] {
    pollfd wait{watcher.fd(), 0, 0};
    return ::poll(&wait, 1, 0) == 1;
  };
  const std::string much(100'000, 'x');
  for (int i = 0; i < kMost && !is_hung_up(); ++i) {
    lease->announce({.done = i, .total = kMost, .current = much});
    REQUIRE(other.call("ping", {}, kLong));
  }
  CHECK(is_hung_up());
}

TEST_CASE("a client that asks again and again is refused, and others go on", "[gate]") {
  constexpr int kMayWait = 256;
  constexpr int kTooMany = 100;
  const GateHome home;
  auto held = Lease::acquire(gate_request("first", "/lane"), home.lease_options());
  REQUIRE(held);
  {
    Client flooder = home.connect();
    const Value request = protocol::to_value(gate_request("flood", "/lane"));
    for (int i = 0; i < kMayWait + kTooMany; ++i) REQUIRE(flooder.send_call("request", request));
    const auto last = flooder.send_call("ping", {});
    REQUIRE(last);
    int refused = 0;
    for (;;) {
      auto incoming = flooder.receive(kLong);
      REQUIRE((incoming && *incoming));
      const auto* reply = std::get_if<protocol::Reply>(&(*incoming)->message);
      if (!reply) continue;  // that it waits
      if (reply->id == *last) break;
      const auto* error = std::get_if<protocol::RpcError>(&reply->result);
      REQUIRE(error);
      CHECK(error->code == protocol::RpcCode::too_many);
      ++refused;
    }
    CHECK(refused == kTooMany);
    CHECK(test::waiting_in(home.status().as_record()) == kMayWait);
    Request other = gate_request("other", "/other");
    other.requester = "other";
    other.band = Band::focus;
    auto lease = Lease::acquire(other, home.lease_options());
    REQUIRE(lease);
    CHECK(lease->kind() == Lease::Kind::granted);
  }
  CHECK(home.eventually([](const Record& status) { return test::waiting_in(status) == 0; }));
}

TEST_CASE("an endless line ends the connection and nothing else", "[gate]") {
  const GateHome home;
  const Client client = home.connect();
  auto socket = protocol::connect_to(home.places().socket());
  REQUIRE(socket);
  constexpr size_t kMost = size_t{64} << 20;
  const std::string piece(1 << 20, 'x');
  bool closed = false;
  for (size_t all = 0; all < kMost && !closed;) {
    auto sent = protocol::send_some(socket->get(), piece);
    closed = !sent;
    all += sent.value_or(0);
    pollfd wait{socket->get(), POLLOUT, 0};
    if (!closed) REQUIRE(::poll(&wait, 1, 30'000) == 1);
    closed = closed || (wait.revents & POLLHUP) != 0;
  }
  CHECK(closed);
  CHECK_FALSE(home.status().as_record().empty());
}

TEST_CASE("a stopped client keeps its lane and stops nobody else", "[gate]") {
  const GateHome home;
  GateChild holder([&](int fd) { hold_lease(home, fd, gate_request("first", "/lane")); });
  REQUIRE(holder.hear() == 'g');
  holder.signal(SIGSTOP);
  auto other = Lease::acquire(gate_request("other", "/other"), home.lease_options());
  REQUIRE(other);
  CHECK(other->kind() == Lease::Kind::granted);
  GateChild waiter([&](int fd) {
    LeaseOptions options = home.lease_options();
    options.wait_first = Duration(1);
    options.on_wait = [&](const WaitNotice& notice) {
      if (notice.line.contains("held by 1 first")) (void)!::write(fd, "w", 1);
    };
    auto lease = Lease::acquire(gate_request("second", "/lane"), options);
    (void)!::write(fd, lease && lease->kind() == Lease::Kind::granted ? "g" : "x", 1);
    ::pause();
  });
  // The daemon has looked at all its leases many a time before it tells who holds the lane.
  REQUIRE(waiter.hear() == 'w');
  holder.signal(SIGKILL);
  char heard = waiter.hear();
  while (heard == 'w') heard = waiter.hear();
  CHECK(heard == 'g');
}

TEST_CASE("the lane is free when the command lets its locks go", "[gate]") {
  const bool is_restarted = GENERATE(false, true);
  INFO((is_restarted ? "with another daemon than the lease's" : "with one daemon"));
  const GateHome home;
  const std::string lane = (home.path() / "target").string();
  std::filesystem::create_directories(lane);
  auto lease = Lease::acquire(gate_request("cargo test", lane), home.lease_options());
  REQUIRE(lease);
  int ends_of[2];
  REQUIRE(::pipe2(ends_of, O_CLOEXEC) == 0);
  const UniqueFd hold(ends_of[0]);
  UniqueFd go(ends_of[1]);
  GateChild command([&](int fd) {
    go.reset();
    const UniqueFd file(::open((lane + "/.lock-of-a-build").c_str(), O_RDWR | O_CREAT, 0600));
    ::flock(file.get(), LOCK_EX);
    (void)!::write(fd, "l", 1);
    char byte = 0;
    (void)!::read(hold.get(), &byte, 1);
    ::flock(file.get(), LOCK_UN);
    ::pause();
  });
  REQUIRE(command.hear() == 'l');
  lease->started(command.pid());
  const auto phase = [](const Record& status) {
    return status.find("leases")->as_list()[0].as_record().find("phase")->as_string();
  };
  // It is seen with its lock at some look; only then can letting go be seen.
  std::int64_t seen = 0;
  const auto is_seen_with_lock = [&] {
    Client watcher = home.connect();
    REQUIRE(watcher.call("watch", Record{{"after", Value(seen)}}, kLong));
    std::string kind;
    do kind = next_event(watcher, &seen);
    while (kind != "lock" && !kind.empty());
    return kind == "lock";
  };
  REQUIRE(is_seen_with_lock());
  if (is_restarted) {
    REQUIRE(home.connect().call("history", {}, kLong));  // the store knows what has started, too
    home.kill_daemon();
    REQUIRE(is_seen_with_lock());
  }
  CHECK(phase(home.status().as_record()) == "compile");
  go.reset();
  CHECK(home.eventually([&](const Record& status) { return phase(status) == "run"; }));
  auto next = Lease::acquire(gate_request("cargo build", lane), home.lease_options());
  REQUIRE(next);
  CHECK(next->kind() == Lease::Kind::granted);
}

TEST_CASE("the catalogue names all methods and no other", "[gate]") {
  std::vector<std::string_view> described;
  for (const auto& method : protocol::methods()) described.push_back(method.name);
  auto taken = daemon::Service::method_names();
  std::ranges::sort(described);
  std::ranges::sort(taken);
  CHECK(described == taken);
  CHECK(protocol::discover_document().as_record().find("openrpc")->as_string() == "1.2.6");
}

TEST_CASE("random lives of clients and daemons leave no lease and no waiter", "[gate]") {
  test::Random random;
  for (int i = 0; i < 12; ++i) {
    const auto seed = static_cast<std::uint32_t>(random.bits());
    INFO("seed of gate_torture: " << seed);
    CHECK(test::TortureWorld(seed).run(kLong).violation == "");
  }
}
