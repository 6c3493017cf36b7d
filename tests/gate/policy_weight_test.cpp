// Who weighs how much, while focus waits for whom.
#include <catch2/catch.hpp>

#include "gate/policy_support.h"

namespace weir::gate::test {

TEST_CASE("who holds a lane that focus waits for weighs as much as focus, and no longer",
          "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  decide(state, seconds(1));
  submit(state, bulk(3, "/a"));
  CHECK(decided(state, seconds(1)) == "");
  submit(state, focus(4, "/a"));
  CHECK(decided(state, seconds(1)) == "weigh 1 full");
  submit(state, focus(5, "/a"));
  client_gone(state, 4);
  CHECK(decided(state, seconds(1)) == "");
  client_gone(state, 5);
  CHECK(decided(state, seconds(1)) == "weigh 1 low");
}

TEST_CASE("a paused focus request and a lane that is free raise nobody", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  pause(state, {Hold::Kind::band, "focus", "me", seconds(1)});
  submit(state, focus(2, "/a"));
  CHECK(decided(state, seconds(1)) == "");
  resume(state, {Hold::Kind::band, "focus", "", {}});
  CHECK(decided(state, seconds(1)) == "weigh 1 full");
  compile_over(state, 1, seconds(1));
  CHECK(decided(state, seconds(1)) == "grant 2+1, withdraw 1-1, weigh 1 low");
}

TEST_CASE("a bulk request that comes before focus in its lane starts with full weight", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/t"));
  decide(state, seconds(1));
  submit(state, bulk(2, "/t"));
  submit(state, focus(3, "/t"));
  CHECK(decided(state, minutes(6)) == "weigh 1 full");
  ended(state, 1);
  CHECK(decided(state, minutes(6)) == "grant 2+1, weigh 2 full");
}

TEST_CASE("a demoted lease weighs little, unless focus waits for its lane", "[gate]") {
  State state = machine_with(8);
  submit(state, focus(1, "/a"));
  submit(state, focus(2, "/b"));
  decide(state, seconds(1));
  CHECK(state.leases.at(1).weight == Weight::full);
  submit(state, focus(3, "/b"));
  const std::string actions = decided(state, seconds(21));
  CHECK(actions.starts_with("demote 1, demote 2"));
  CHECK(actions.ends_with("weigh 2 full"));
  CHECK(state.leases.at(1).weight == Weight::low);
}

}  // namespace weir::gate::test
