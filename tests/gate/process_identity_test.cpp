#include "gate/process_identity.h"

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/children.h"

using namespace weir;
using namespace weir::gate;

TEST_CASE("a process knows itself, and another start time is another process", "[gate]") {
  auto self = identify_process(::getpid());
  REQUIRE(self);
  CHECK(self->boot == boot_id());
  CHECK_FALSE(self->boot.empty());
  CHECK(is_alive(*self));
  CHECK(started_at(*self) <= instant_now());
  CHECK(started_at(*self) > Instant(0));
  ++self->start;
  CHECK_FALSE(is_alive(*self));
  CHECK_FALSE(open_identity(*self));
  --self->start;
  self->boot = "another boot";
  CHECK_FALSE(is_alive(*self));
}

TEST_CASE("a zombie is not alive, though kill says so", "[gate]") {
  auto pid = test::spawn_words({"/bin/sh", "-c", "exit 3"});
  REQUIRE(pid);
  const auto identity = identify_process(*pid);
  REQUIRE(identity);
  if (const UniqueFd pidfd = open_identity(*identity)) {
    pollfd wait{pidfd.get(), POLLIN, 0};
    CHECK(::poll(&wait, 1, -1) == 1);
  }
  CHECK(::kill(*pid, 0) == 0);
  CHECK_FALSE(is_alive(*identity));
  CHECK_FALSE(open_identity(*identity));
  test::wait_blocking(*pid);
  CHECK_FALSE(identify_process(*pid));
}

TEST_CASE("the session and group of a process are read past any name", "[gate]") {
  const auto stat = read_process_stat(::getpid());
  REQUIRE(stat);
  CHECK(stat->parent == ::getppid());
  CHECK(stat->group == ::getpgrp());
  CHECK(stat->session == ::getsid(0));
}
