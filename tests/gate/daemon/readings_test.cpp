// What the daemon reads of /proc, as texts.
#include <sys/file.h>

#include <catch2/catch.hpp>

#include "gate/daemon/file_locks.h"
#include "gate/daemon/machine_reading.h"
#include "gate/daemon/token_pipe.h"
#include "gate/process_identity.h"
#include "gate/tagged_processes.h"
#include "support/children.h"
#include "support/gate_home.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::gate;
using namespace weir::gate::daemon;

TEST_CASE("flocks are read, with those who wait, and nothing else", "[gate]") {
  const auto locks = parse_file_locks(
      "1: FLOCK  ADVISORY  WRITE 14197 fe:00:5349387 0 EOF\n"
      "1: -> FLOCK  ADVISORY  WRITE 15 fe:00:5349387 0 EOF\n"
      "2: POSIX  ADVISORY  WRITE 16 fe:00:12 0 EOF\n"
      "3: FLOCK  ADVISORY\n"
      "garbage");
  REQUIRE(locks.size() == 2);
  CHECK(locks[0].pid == 14197);
  CHECK(locks[0].inode == 5349387);
  CHECK_FALSE(locks[0].waits);
  CHECK(locks[1].waits);
  CHECK(holds_any(locks, 14197, {1, 5349387}));
  CHECK_FALSE(holds_any(locks, 15, {5349387}));
}

TEST_CASE("a lock on a hidden file of the lane is seen", "[gate]") {
  const test::TempDirectory directory;
  directory.write(".any-lock");
  directory.write("plain");
  const UniqueFd file(::open((directory.path() / ".any-lock").c_str(), O_RDWR | O_CLOEXEC));
  const auto inodes = lock_inodes(LaneKey({{directory.path().string()}}));
  CHECK(inodes.size() == 1);
  CHECK_FALSE(holds_any(read_file_locks(), ::getpid(), inodes));
  REQUIRE(::flock(file.get(), LOCK_EX) == 0);
  CHECK(holds_any(read_file_locks(), ::getpid(), inodes));
}

TEST_CASE("memory and pressure are read from their files", "[gate]") {
  CHECK(parse_memory_available("MemTotal: 8 kB\nMemAvailable:    2 kB\n") == 2048u);
  CHECK_FALSE(parse_memory_available("MemTotal: 8 kB\n"));
  const char* text = "some avg10=1.50 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.25 avg60=0\n";
  CHECK(parse_pressure(text, "some") == 1.5);
  CHECK(parse_pressure(text, "full") == 0.25);
  CHECK(parse_pressure("", "full") == 0);
  CHECK(parse_pressure("some", "some") == 0);
  CHECK(read_machine().processors >= 1);
}

TEST_CASE("processes are found by their tag, in their session only", "[gate]") {
  const std::string tag = "77.tag-of-test-" + std::to_string(::getpid());
  test::GateChild child([&](int) {
    ::setenv("GATE_LEASE", tag.c_str(), 1);
    ::execl("/bin/sleep", "sleep", "1000", nullptr);
  });
  const pid_t session = ::getsid(0);
  while (tagged_processes(tag, session).empty()) ::usleep(1000);
  CHECK(tagged_processes(tag, session)[0].pid == child.pid());
  CHECK_FALSE(tagged_processes(tag, kAnySession).empty());
  CHECK(processor_time_by_tag().contains(tag));
  CHECK(tagged_processes(tag, session + 1).empty());
  // The number of all sessions from outside of a pid namespace, ours perhaps.
  CHECK(tagged_processes(tag, 0).empty() == (session != 0));
  CHECK(tagged_processes("77.tag-of", session).empty());
}

TEST_CASE("tokens are put, seen, taken, and found again by inode", "[gate]") {
  auto pipe = TokenPipe::create();
  REQUIRE(pipe);
  CHECK(pipe->lying() == 0);
  CHECK(pipe->put(3) == 3);
  CHECK(pipe->lying() == 3);
  auto again = TokenPipe::reopen(::getpid(), pipe->inode());
  REQUIRE(again);
  CHECK(again->take(2) == 2);
  CHECK(pipe->lying() == 1);
  CHECK(pipe->take(5) == 1);
  CHECK(pipe->take(5) == 0);
  const UniqueFd reader = pipe->take_client_reader();
  CHECK((::fcntl(reader.get(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK_FALSE(TokenPipe::reopen(::getpid(), pipe->inode() + 1'000'000));
}
