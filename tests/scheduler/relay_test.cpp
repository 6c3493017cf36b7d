#include "scheduler/relay.h"

#include <catch2/catch.hpp>

#include "scheduler/process_tree.h"
#include "support/children.h"

using namespace weir;
using namespace weir::scheduler;
using namespace weir::test;

namespace {

/// From the writer's end of `in` to the reader's end of `out`.
struct Way {
  TestPipe in, out;

  RelayRoute route() { return {std::move(in.reader), std::move(out.writer)}; }
  void write(std::string_view text) const {
    REQUIRE(::write(in.writer.get(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }
};

void start(Way& a, Way& b) {
  std::vector<RelayRoute> routes;
  routes.push_back(a.route());
  routes.push_back(b.route());
  REQUIRE(start_relay(std::move(routes)));
}

void start(Way& way) {
  std::vector<RelayRoute> routes;
  routes.push_back(way.route());
  REQUIRE(start_relay(std::move(routes)));
}

/// The relay is the only child that such a test has.
pid_t wait_for_relay() {
  pid_t pid = 0;
  while ((pid = ::wait(nullptr)) < 0 && errno == EINTR) {
  }
  return pid;
}

}  // namespace

TEST_CASE("a relay passes each route's bytes on until its writers have gone") {
  Way a, b;
  start(a, b);
  const std::string bytes("one\0two\xff\n", 9);
  a.write(bytes);
  b.write("other");
  a.in.writer.reset();
  CHECK(read_all(a.out.reader.get()) == bytes);
  b.write(" route");
  b.in.writer.reset();
  CHECK(read_all(b.out.reader.get()) == "other route");
  CHECK(wait_for_relay() > 0);
}

TEST_CASE("a relay passes on more than pipes hold, also to one that does not block") {
  Way way;
  REQUIRE(::fcntl(way.out.writer.get(), F_SETFL, O_WRONLY | O_NONBLOCK) == 0);
  const FdMapping out[] = {{1, way.in.writer.get()}};
  auto pid = spawn_words({"/bin/sh", "-c", "head -c 3000000 /dev/zero"},
                         [&](SpawnSpec& spec) { spec.fds = out; });
  REQUIRE(pid);
  way.in.writer.reset();
  start(way);
  CHECK(read_all(way.out.reader.get()).size() == 3'000'000);
  CHECK(wait_blocking(*pid).code() == 0);
  CHECK(wait_for_relay() > 0);
}

TEST_CASE("a relay ends when nobody reads, and then its writers are told") {
  ignore_sigpipe();
  Way way;
  start(way);
  way.out.reader.reset();
  CHECK(wait_for_relay() > 0);
  CHECK(::write(way.in.writer.get(), "x", 1) == -1);
  CHECK(errno == EPIPE);
}

TEST_CASE("a route whose reader goes leaves the others be") {
  ignore_sigpipe();
  Way gone, kept;
  start(gone, kept);
  gone.out.reader.reset();
  kept.write("still here");
  kept.in.writer.reset();
  CHECK(read_all(kept.out.reader.get()) == "still here");
  CHECK(wait_for_relay() > 0);
}

TEST_CASE("a relay holds nothing open but its routes, and is in a group of its own") {
  Way way;
  TestPipe others;
  start(way);
  others.writer.reset();
  CHECK(read_all(others.reader.get()).empty());
  // The end of `others` tells that the relay has left our group, too: that comes first.
  const pid_t self[] = {::getpid()};
  pid_t found = 0;
  for (const ProcessEntry& entry : process_trees(self)) {
    if (entry.parent == self[0]) found = entry.pid;
  }
  CHECK(::getpgid(found) == found);
  way.write("x");
  way.in.writer.reset();
  CHECK(read_all(way.out.reader.get()) == "x");
  CHECK(wait_for_relay() == found);
}
