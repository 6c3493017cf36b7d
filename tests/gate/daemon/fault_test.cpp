// What may befall the real daemon: its disk, its store, other users, other daemons, used pids.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"
#include "gate/store.h"
#include "support/gate_home.h"
#include "support/paths.h"

using namespace weir;
using namespace weir::gate;
using test::gate_request;
using test::GateChild;
using test::GateHome;

namespace {

constexpr uid_t kNobody = 65534;
constexpr Duration kLong{30'000};

void run_daemon() {
  ::execl(test::kWeirProgram, "weir", "-c", "gate serve 2> /dev/null", nullptr);
  ::_exit(127);
}

std::string warning_of(const Record& status) {
  const Value* daemon = status.find("daemon");
  return daemon ? daemon->as_record().find("warning")->as_string() : std::string();
}

bool warns(const GateHome& home, const std::string& of) {
  return home.eventually([&](const Record& status) { return warning_of(status).contains(of); });
}

// One command after the other gets its lease and gives it back.
void check_leases_go_on(const GateHome& home) {
  for (int i = 0; i < 3; ++i) {
    auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
    REQUIRE(lease);
    CHECK(lease->kind() == Lease::Kind::granted);
    lease->release({.code = 0});
  }
  CHECK(test::leases_in(home.status().as_record()) == 0);
}

size_t runs_in(const GateHome& home) {
  Client client = home.connect();
  const auto answer = client.call("history", Record{{"limit", 10'000}}, kLong);
  REQUIRE(answer);
  return answer->as_record().find("runs")->as_list().size();
}

// What ends is known, wherever it is kept.
void check_history_goes_on(const GateHome& home) {
  const size_t before = runs_in(home);
  check_leases_go_on(home);
  CHECK(runs_in(home) > before);
}

bool skipped_without_root(const char* what) {
  if (::geteuid() == 0) return false;
  WARN("skipped: " << what << " needs root");
  return true;
}

}  // namespace

TEST_CASE("a daemon whose files may not grow goes on in memory and says so", "[gate]") {
  const GateHome home;
  home.connect();
  const rlimit none{0, 0};
  REQUIRE(::prlimit(home.daemon_pid(), RLIMIT_FSIZE, &none, nullptr) == 0);
  check_leases_go_on(home);
  CHECK(warns(home, "in memory"));
  check_history_goes_on(home);
}

TEST_CASE("a full disk stops nobody", "[gate]") {
  if (skipped_without_root("a disk of a test's own")) return;
  const GateHome home;
  const std::string state = home.places().state;
  const GateChild serving([&](int) {
    // Mounted for this process alone, and gone with it.
    if (::unshare(CLONE_NEWNS) != 0) ::_exit(1);
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) ::_exit(2);
    if (::mount("none", state.c_str(), "tmpfs", 0, "size=256k,mode=700") != 0) ::_exit(3);
    run_daemon();
  });
  if (!home.eventually([](const Record& status) { return !status.empty(); })) {
    WARN("skipped: no file system can be mounted here");
    return;
  }
  check_leases_go_on(home);
  CHECK(warning_of(home.status().as_record()).empty());
  GateChild filler([&](int fd) {
    const std::string space = "/proc/" + std::to_string(serving.pid()) + "/ns/mnt";
    if (::setns(::open(space.c_str(), O_RDONLY | O_CLOEXEC), CLONE_NEWNS) != 0) return;
    const int file = ::open((state + "/full").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::string piece(4096, 'x');
    while (::write(file, piece.data(), piece.size()) > 0) {
    }
    (void)!::write(fd, errno == ENOSPC ? "f" : "x", 1);
  });
  REQUIRE(filler.hear() == 'f');
  for (int i = 0; i < 100 && warning_of(home.status().as_record()).empty(); ++i) {
    check_leases_go_on(home);
  }
  CHECK_THAT(warning_of(home.status().as_record()), Catch::Contains("in memory"));
  check_history_goes_on(home);
}

TEST_CASE("a store that breaks while the daemon runs stops nobody", "[gate]") {
  const GateHome home;
  auto lease = Lease::acquire(gate_request("make", "/held"), home.lease_options());
  REQUIRE(lease);
  const pid_t daemon = home.daemon_pid();
  for (const char* suffix : {"", "-wal"}) {
    std::fstream file(home.places().store() + suffix, std::ios::in | std::ios::out);
    const std::string rubbish(200'000, '\xee');
    file.write(rubbish.data(), static_cast<std::streamsize>(rubbish.size()));
  }
  for (int i = 0; i < 3; ++i) {
    auto other = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
    REQUIRE(other);
    CHECK(other->kind() == Lease::Kind::granted);
  }
  CHECK(home.daemon_pid() == daemon);
  home.kill_daemon();
  // What lives is known no more, but its lane is still its own.
  GateChild second([&](int fd) {
    auto next = Lease::acquire(gate_request("make", "/held"), home.lease_options());
    (void)!::write(fd, next && next->kind() == Lease::Kind::granted ? "g" : "x", 1);
  });
  CHECK(home.eventually([](const Record& status) {
    return status.find("waiting") && test::waiting_in(status) == 1;
  }));
  lease->release({.code = 0});
  CHECK(second.hear() == 'g');
}

TEST_CASE("a daemon without a place for its store and its log goes on in memory and says so",
          "[gate]") {
  const GateHome home;
  const std::string nowhere = "/proc/nowhere/state";
  ::setenv("WEIR_STATE_DIR", nowhere.c_str(), 1);
  ClientOptions options = home.client_options();
  options.places.state = nowhere;
  REQUIRE(Client::connect(options));
  CHECK(warns(home, "in memory"));
  check_leases_go_on(home);
}

TEST_CASE("where no lock file can be made the daemon alone decides", "[gate]") {
  const GateHome home;
  home.connect();
  std::filesystem::remove_all(home.places().locks());
  std::ofstream(home.places().locks()) << "in its place";
  check_leases_go_on(home);
}

TEST_CASE("a log that has grown becomes the one old log when a daemon starts", "[gate]") {
  const GateHome home;
  std::ofstream(home.places().log()) << std::string(2 << 20, 'x');
  home.connect();
  CHECK(std::filesystem::file_size(home.places().log()) < 1 << 20);
  CHECK(std::filesystem::file_size(home.places().log() + ".1") == 2 << 20);
}

TEST_CASE("of many daemons that start at once one stays", "[gate]") {
  const GateHome home;
  std::vector<std::unique_ptr<GateChild>> daemons;
  for (int i = 0; i < 6; ++i) {
    daemons.push_back(std::make_unique<GateChild>([](int) { run_daemon(); }));
  }
  REQUIRE(home.eventually([](const Record& status) { return !status.empty(); }));
  const pid_t winner = home.daemon_pid();
  int stayed = 0;
  for (auto& daemon : daemons) {
    if (daemon->pid() == winner) {
      ++stayed;
    } else {
      CHECK(WEXITSTATUS(daemon->wait()) == 1);
    }
  }
  CHECK(stayed == 1);
  check_leases_go_on(home);
  CHECK(home.daemon_pid() == winner);
}

TEST_CASE("another user is refused, by the file and by the daemon", "[gate]") {
  if (skipped_without_root("another user")) return;
  const GateHome home;
  home.connect();
  const auto ask_as_nobody = [&] {
    GateChild other([&](int fd) {
      if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(1);
      ClientOptions options = home.client_options();
      options.starts_daemon = false;
      auto socket = protocol::connect_to(home.places().socket());
      if (!socket) {
        (void)!::write(fd, socket.error().sys == EACCES ? "f" : "x", 1);
        return;
      }
      auto client = Client::connect(options);
      const bool is_refused = !client && client.error().message.contains("another user's");
      (void)!::write(fd, is_refused ? "r" : "x", 1);
    });
    return other.hear();
  };
  CHECK(ask_as_nobody() == 'f');
  ::chmod(home.path().c_str(), 0755);
  CHECK(ask_as_nobody() == 'f');  // by the runtime directory alone
  ::chmod((home.path() / "run").c_str(), 0755);
  CHECK(ask_as_nobody() == 'f');  // by the socket alone
  // Somebody has opened all doors: the daemon still looks at who comes.
  ::chmod(home.places().socket().c_str(), 0666);
  CHECK(ask_as_nobody() == 'r');
  check_leases_go_on(home);
}

TEST_CASE("a process that has a dead client's pid keeps no lease", "[gate]") {
  const GateHome home;
  auto lease = Lease::acquire(gate_request("make", "/lane"), home.lease_options());
  REQUIRE(lease);
  home.kill_daemon();
  {
    Store store(home.places().store());
    const auto rows = store.leases();
    REQUIRE(rows.size() == 1);
    std::string row = rows[0].to_json();
    const auto self = identify_process(::getpid());
    REQUIRE(self);
    const std::string start = "\"start\":" + std::to_string(self->start);
    const size_t at = row.find(start);
    REQUIRE(at != std::string::npos);
    row.replace(at, start.size(), "\"start\":" + std::to_string(self->start - 1));
    auto changed = Value::parse_json(row);
    REQUIRE(changed);
    store.write(std::vector<StoreOperation>{PutLease{lease->id(), std::move(*changed)}});
  }
  home.connect();
  CHECK(test::leases_in(home.status().as_record()) == 0);
}

TEST_CASE("a wall clock that is turned back changes no order and no estimate", "[gate]") {
  const test::TempDirectory directory;
  Store store(directory.path() / "gate.db");
  constexpr std::int64_t kNow = 1'700'000'000'000;
  for (std::int64_t i = 0; i < 5; ++i) {
    const auto id = static_cast<std::uint64_t>(i + 1);
    store.write(std::vector<StoreOperation>{
        AddRun{id, kNow - i * 86'400'000, "make", Record{{"n", Value(i)}}},
        AddEvent{id, kNow - i * 86'400'000, "submit", id, Record{}}});
  }
  CHECK(store.runs({.limit = 1})[0].as_record().find("n")->as_int() == 4);
  const auto events = store.events_after(3, 10);
  REQUIRE(events.size() == 2);
  CHECK(events[0].id == 4);
  CHECK(events[1].id == 5);
  CHECK(store.last_id() == 5);
}

// Whatever the gate decides is decided by the time since boot, which nobody can turn.
TEST_CASE("the gate reads the wall clock at one place, for people", "[gate]") {
  std::vector<std::string> readers;
  const auto sources = std::filesystem::path(test::kSourceDir) / "src/gate";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sources)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const char* clock : {"system_clock", "CLOCK_REALTIME", "gettimeofday", "std::time("}) {
      if (text.contains(clock)) readers.push_back(entry.path().filename());
    }
  }
  CHECK(readers == std::vector<std::string>{"journal.cpp"});
}
