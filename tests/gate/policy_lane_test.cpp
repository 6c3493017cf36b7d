// Lanes and slots that commands without the daemon have, and lanes beside the usual one.
#include <catch2/catch.hpp>

#include "gate/policy_support.h"

namespace weir::gate::test {

TEST_CASE("what cannot have its lane waits again, and others have what it would have used",
          "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  submit(state, bulk(3, "/a"));
  CHECK(decided(state, seconds(1)) == "grant 1+1");
  lane_is_locked(state, 1);
  CHECK(decided(state, seconds(1)) == "grant 2+1");
  ended(state, 2);
  CHECK(decided(state, minutes(9)) == "");
  lane_may_be_free(state, 1);
  lane_may_be_free(state, 3);
  CHECK(decided(state, minutes(9)) == "grant 1+1");
}

TEST_CASE("slots that commands without the daemon have are not given", "[gate]") {
  State state = machine_with(4);
  Machine machine = state.machine;
  machine.slots_taken = 3;
  machine_read(state, machine);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  CHECK(decided(state, seconds(1)) == "grant 1+0");
  machine.slots_taken = 4;
  machine_read(state, machine);
  CHECK(decided(state, seconds(1)) == "");
  machine.slots_taken = 0;
  machine_read(state, machine);
  CHECK(decided(state, seconds(1)) == "issue 1+3");
}

TEST_CASE("focus with a side lane builds there while bulk has its lane", "[gate]") {
  State state = machine_with(8);
  submit(state, bulk(1, "/t/debug"));
  CHECK(decided(state, seconds(1)) == "grant 1+7");
  const auto check = [](std::uint64_t id) {
    Request request = focus(id, "/t/debug");
    request.side_lane = lane("/t/.gate-check/debug");
    return request;
  };
  submit(state, check(2));
  CHECK(decided(state, seconds(1)) == "grant 2+7");
  CHECK(state.leases.at(2).request.is_aside);
  CHECK(state.leases.at(2).request.lane == lane("/t/.gate-check/debug"));
  // One at a time there, too; whoever comes when the build is over is not aside.
  submit(state, check(3));
  CHECK(decided(state, seconds(1)) == "weigh 1 full");
  ended(state, 1);
  CHECK(decided(state, seconds(1)) == "grant 3+0");
  ended(state, 2);
  CHECK_FALSE(state.leases.at(3).request.is_aside);
  // Of focus it waits; when that was demoted it need not any more.
  submit(state, check(4));
  CHECK(decided(state, seconds(2)) == "issue 3+7");
  CHECK(decided(state, seconds(21)).starts_with("demote 3, grant 4"));
  CHECK(state.leases.at(4).request.is_aside);
}

}  // namespace weir::gate::test
