#include "gate/policy.h"

#include <catch2/catch.hpp>

#include "gate/policy_support.h"

namespace weir::gate::test {

TEST_CASE("a single build gets the whole machine", "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/a"));
  CHECK(decided(state, seconds(1)) == "grant 1+3");
  CHECK(state.waiting.empty());
  CHECK(books(state, Band::bulk).pool == 0);
}

TEST_CASE("bulk runs one after the other while the eldest uses all tokens", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  CHECK(decided(state, seconds(1)) == "grant 1+1");
  idle_tokens(state, 1, 0, seconds(2));
  CHECK(decided(state, seconds(2)) == "");
  ended(state, 1);
  CHECK(decided(state, seconds(3)) == "grant 2+1");
}

TEST_CASE("an idle token pays for the next request", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  decide(state, seconds(1));
  idle_tokens(state, 1, 0, seconds(2));
  idle_tokens(state, 1, 1, seconds(3));
  CHECK(decide(state, seconds(3)).ask_again == seconds(3) + milliseconds(100));
  CHECK(decided(state, seconds(3) + milliseconds(100)) == "withdraw 1-1");
  CHECK(decided(state, seconds(3) + milliseconds(120)) == "");
  withdrawn(state, 1, 1, seconds(3) + milliseconds(120));
  CHECK(decided(state, seconds(3) + milliseconds(120)) == "grant 2+0");
}

TEST_CASE("a token that was used before it could be withdrawn stays issued", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  decide(state, seconds(1));
  CHECK(decided(state, seconds(2)) == "withdraw 1-1");
  withdrawn(state, 1, 0, seconds(2));
  CHECK(decided(state, seconds(2)) == "");
  CHECK(state.leases.at(1).issued == 1);
}

TEST_CASE("nobody's tokens are taken while nobody wants them", "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/a"));
  decide(state, seconds(1));
  CHECK(decided(state, seconds(9)) == "");
}

TEST_CASE("a lease that let tokens lie idle gets them back one at a time", "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  decide(state, seconds(1));
  CHECK(decided(state, seconds(2)) == "withdraw 1-3");
  withdrawn(state, 1, 3, seconds(2));
  CHECK(decided(state, seconds(2)) == "grant 2+2");
  ended(state, 2);
  CHECK(decided(state, seconds(3)) == "issue 1+1");
  CHECK(decided(state, seconds(4)) == "");
  idle_tokens(state, 1, 0, seconds(5));
  CHECK(decided(state, seconds(5)) == "issue 1+2");
}

TEST_CASE("a focused check starts at once beside bulk, in a lane of its own", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  submit(state, focus(2, "/b"));
  submit(state, focus(3, "/c"));
  CHECK(decided(state, seconds(2)) == "grant 2+1");
  ended(state, 2);
  CHECK(decided(state, seconds(3)) == "grant 3+1");
}

TEST_CASE("the cap of a request caps its tokens", "[gate]") {
  State state = machine_with(8);
  Request request = bulk(1, "/a");
  request.max_jobs = 3;
  submit(state, request);
  CHECK(decided(state, seconds(1)) == "grant 1+2");
}

TEST_CASE("what is no jobserver client costs its jobs for all of its life", "[gate]") {
  State state = machine_with(4);
  Request request = bulk(1, "/a");
  request.wants_tokens = false;
  request.max_jobs = 3;
  submit(state, request);
  Request plain = bulk(2, "/b");
  plain.wants_tokens = false;
  submit(state, plain);
  submit(state, bulk(3, "/c"));
  CHECK(decided(state, seconds(1)) == "grant 1+2, grant 2+0");
  CHECK(decided(state, seconds(9)) == "");
}

TEST_CASE("meeting lanes run one after the other and free ones pass", "[gate]") {
  State state = machine_with(8);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/a"));
  Request capped = bulk(3, "/b");
  capped.max_jobs = 7;
  submit(state, capped);
  decide(state, seconds(1));
  CHECK(state.leases.count(1) == 1);
  CHECK(decided(state, seconds(3)) == "withdraw 1-7");
  withdrawn(state, 1, 7, seconds(3));
  CHECK(decided(state, seconds(3)) == "grant 3+6");
  ended(state, 1);
  idle_tokens(state, 3, 0, seconds(4));
  CHECK(decided(state, seconds(4)) == "grant 2+0");
}

TEST_CASE("the lane is free when the compile phase is over", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/a"));
  decide(state, seconds(1));
  compile_over(state, 1, seconds(2));
  CHECK(decided(state, seconds(2)) == "withdraw 1-1");
  withdrawn(state, 1, 1, seconds(2));
  CHECK(decided(state, seconds(2)) == "grant 2+0");
}

TEST_CASE("a program that rests after its build costs no slot", "[gate]") {
  State state = machine_with(1);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/a"));
  decide(state, seconds(1));
  compile_over(state, 1, seconds(2));
  processor_time(state, 1, milliseconds(1000), seconds(2));
  CHECK(decided(state, seconds(2)) == "");
  processor_time(state, 1, milliseconds(1010), seconds(4));
  CHECK(decided(state, seconds(4)) == "grant 2+0");
}

TEST_CASE("a run phase that works gives its slot back in the end", "[gate]") {
  State state = machine_with(1);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/a"));
  decide(state, seconds(1));
  compile_over(state, 1, seconds(2));
  CHECK(decide(state, seconds(2)).ask_again == seconds(2) + minutes(10));
  CHECK(decided(state, seconds(2) + minutes(10)) == "grant 2+0");
}

TEST_CASE("a focus lease that has compiled leaves its slot to the next", "[gate]") {
  State state = machine_with(2);
  submit(state, focus(1, "/a"));
  submit(state, focus(2, "/b"));
  CHECK(decided(state, seconds(1)) == "grant 1+1");
  compile_over(state, 1, seconds(2));
  CHECK(decided(state, seconds(2)) == "grant 2+0, withdraw 1-1");
  withdrawn(state, 1, 1, seconds(2));
  CHECK(decided(state, seconds(2)) == "issue 2+1");
}

TEST_CASE("slots are for what compiles, and for what bulk runs until it rests", "[gate]") {
  const struct {
    Band band;
    bool compiling;
    bool resting;
    bool costs;
  } rows[] = {
      {Band::focus, true, false, true},  {Band::focus, false, false, false},
      {Band::focus, false, true, false}, {Band::bulk, true, false, true},
      {Band::bulk, false, false, true},  {Band::bulk, false, true, false},
  };
  for (const auto& row : rows) {
    INFO(band_name(row.band) << (row.compiling ? ", compiles" : "")
                             << (row.resting ? ", rests" : ""));
    State state = machine_with(4);
    LeaseRecord lease;
    lease.request = bulk(1, "/a");
    lease.request.band = lease.band = row.band;
    lease.compiling = row.compiling;
    lease.resting = row.resting;
    adopt(state, lease);
    CHECK(books(state, row.band).leases == (row.costs ? 1 : 0));
  }
}

TEST_CASE("what a demoted lease runs costs a slot of bulk", "[gate]") {
  State state = machine_with(2);
  submit(state, focus(1, "/a"));
  decide(state, seconds(1));
  compile_over(state, 1, seconds(2));
  decide(state, seconds(2));
  CHECK(books(state, Band::focus).leases == 0);
  CHECK(decided(state, seconds(21)) == "demote 1");
  CHECK(books(state, Band::bulk).implicit == 1);
}

TEST_CASE("a focus lease past its time becomes bulk and frees the focus slot", "[gate]") {
  State state = machine_with(2);
  submit(state, focus(1, "/a"));
  CHECK(decide(state, seconds(1)).ask_again == seconds(21));
  submit(state, focus(2, "/b"));
  CHECK(decided(state, seconds(20)) == "");
  CHECK(decided(state, seconds(21)) == "demote 1, grant 2+1");
  CHECK(books(state, Band::bulk).implicit == 1);
}

TEST_CASE("what usually takes long is demoted later", "[gate]") {
  State state = machine_with(2);
  Request request = focus(1, "/a");
  request.usual = seconds(15);
  submit(state, request);
  CHECK(decide(state, seconds(1)).ask_again == seconds(46));
}

TEST_CASE("demoted leases do not keep the first bulk from starting", "[gate]") {
  State state = machine_with(1);
  submit(state, focus(1, "/a"));
  decide(state, seconds(1));
  decide(state, seconds(30));
  CHECK(books(state, Band::bulk).pool == 0);
  submit(state, bulk(2, "/b"));
  submit(state, bulk(3, "/c"));
  CHECK(decided(state, seconds(31)) == "grant 2+0");
  CHECK(books(state, Band::bulk).pool == -1);
}

TEST_CASE("requesters take turns, and for each the shortest goes first", "[gate]") {
  State state = machine_with(1);
  const auto wait = [&](std::uint64_t id, const char* who, seconds usual) {
    Request request = bulk(id, "/" + std::to_string(id), who);
    request.usual = usual;
    submit(state, request);
  };
  wait(1, "a", seconds(50));
  wait(2, "a", seconds(5));
  wait(3, "a", seconds(20));
  wait(4, "b", seconds(90));
  wait(5, "b", seconds(80));
  std::string order;
  for (int i = 0; i < 5; ++i) {
    decide(state, seconds(1));
    order += std::to_string(state.leases.begin()->first);
    ended(state, state.leases.begin()->first);
  }
  CHECK(order == "25341");
}

TEST_CASE("what waited past the age bound goes before what is shorter", "[gate]") {
  State state = machine_with(1);
  Request old = bulk(1, "/a");
  old.usual = minutes(20);
  submit(state, old);
  Request young = bulk(2, "/b");
  young.usual = seconds(1);
  young.submitted = minutes(5);
  submit(state, young);
  CHECK(decided(state, minutes(5) + milliseconds(1)) == "grant 1+0");
}

TEST_CASE("the lane of what waited past the age bound is promised", "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/t/debug"));
  decide(state, seconds(1));
  Request clean = bulk(2, "/t");
  clean.lane = LaneKey({{"/t", true}});
  clean.submitted = seconds(1);
  submit(state, clean);
  Request check = focus(3, "/t/release");
  check.submitted = seconds(2);
  submit(state, check);
  State young = state;
  CHECK(decided(young, seconds(3)) == "grant 3+3");
  CHECK(decided(state, minutes(6)) == "");
  ended(state, 1);
  CHECK(decided(state, minutes(7)) == "grant 2+3, weigh 2 full");
  ended(state, 2);
  CHECK(decided(state, minutes(8)) == "grant 3+3");
}

TEST_CASE("a bumped request goes first, also past a promise", "[gate]") {
  State state = machine_with(1);
  submit(state, bulk(1, "/x"));
  decide(state, seconds(1));
  submit(state, bulk(2, "/a", "a"));
  submit(state, bulk(3, "/a", "b"));
  CHECK(decided(state, minutes(6)) == "");
  CHECK(bump(state, 3));
  CHECK_FALSE(bump(state, 1));
  ended(state, 1);
  CHECK(decided(state, minutes(6)) == "grant 3+0");
}

TEST_CASE("holds keep requests from starting until they are resumed", "[gate]") {
  const auto kind =
      GENERATE(Hold::Kind::all, Hold::Kind::band, Hold::Kind::requester, Hold::Kind::lane);
  const char* const names[] = {"", "bulk", "me", "/t"};
  const Hold hold{kind, names[static_cast<int>(kind)], "you", seconds(1)};
  State state = machine_with(4);
  pause(state, hold);
  submit(state, bulk(1, "/t/debug"));
  CHECK(decided(state, seconds(1)) == "");
  CHECK(resume(state, hold));
  CHECK_FALSE(resume(state, hold));
  CHECK(decided(state, seconds(1)) == "grant 1+3");
}

TEST_CASE("a hold of a user is one of all their sessions, of a session of that one only",
          "[gate]") {
  const Hold user{Hold::Kind::requester, "ann", "you", seconds(1)};
  const Hold session{Hold::Kind::requester, "ann/12", "you", seconds(1)};
  CHECK(user.holds(bulk(1, "/t", "ann/12")));
  CHECK(user.holds(bulk(1, "/t", "ann")));
  CHECK_FALSE(user.holds(bulk(1, "/t", "anna/12")));
  CHECK(session.holds(bulk(1, "/t", "ann/12")));
  CHECK_FALSE(session.holds(bulk(1, "/t", "ann/123")));
  CHECK_FALSE(session.holds(bulk(1, "/t", "ann")));
}

TEST_CASE("a request waits for its not_before and asks to be woken", "[gate]") {
  State state = machine_with(4);
  Request request = bulk(1, "/a");
  request.not_before = seconds(10);
  submit(state, request);
  CHECK(decide(state, seconds(1)).ask_again == seconds(10));
  CHECK(decided(state, seconds(9)) == "");
  CHECK(decided(state, seconds(10)) == "grant 1+3");
}

TEST_CASE("pressure withholds tokens and bulk, but one lease always runs", "[gate]") {
  State state = machine_with(4);
  Machine pressed = state.machine;
  pressed.memory_some10 = 11;
  machine_read(state, pressed);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  CHECK(decided(state, seconds(1)) == "grant 1+0");
  submit(state, focus(3, "/c"));
  CHECK(decided(state, seconds(2)) == "grant 3+0");
  pressed.memory_some10 = 9;
  machine_read(state, pressed);
  CHECK(decided(state, seconds(3)) == "issue 3+3, issue 1+3");
}

TEST_CASE("tokens are given only for as many jobs as memory is there", "[gate]") {
  State state = machine_with(8);
  Machine machine = state.machine;
  machine.memory_available = 3500;
  machine_read(state, machine);
  Request request = bulk(1, "/a");
  request.memory_per_job = 1000;
  submit(state, request);
  submit(
      state, request = [&] {
        Request other = request;
        other.id = 2;
        other.lane = lane("/b");
        return other;
      }());
  CHECK(decided(state, seconds(1)) == "grant 1+2");
  idle_tokens(state, 1, 0, seconds(2));
  CHECK(decided(state, seconds(2)) == "");
}

TEST_CASE("a bulk lease that starves is raised once", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  for (int second = 1; second <= 60; ++second) {
    processor_time(state, 1, milliseconds(10 * second), seconds(second));
    CHECK(decided(state, seconds(second)) == "");
  }
  processor_time(state, 1, milliseconds(620), seconds(61));
  CHECK(decided(state, seconds(61)) == "weigh 1 raised");
  CHECK(decided(state, seconds(62)) == "");
}

TEST_CASE("a smaller limit is a debt that is paid before more is given", "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  Limits limits;
  limits.jobs = 2;
  set_limits(state, limits);
  CHECK(decided(state, seconds(3)) == "withdraw 1-3");
  withdrawn(state, 1, 3, seconds(3));
  submit(state, bulk(2, "/b"));
  CHECK(decided(state, seconds(3)) == "grant 2+0");
}

TEST_CASE("events about what is not known are ignored", "[gate]") {
  State state = machine_with(1);
  ended(state, 9);
  client_gone(state, 9);
  compile_over(state, 9, seconds(1));
  idle_tokens(state, 9, 1, seconds(1));
  withdrawn(state, 9, 1, seconds(1));
  processor_time(state, 9, seconds(1), seconds(1));
  CHECK(decided(state, seconds(1)) == "");
}

TEST_CASE("a client that goes takes its promise along", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/t/a"));
  decide(state, seconds(1));
  Request clean = bulk(2, "/t");
  clean.lane = LaneKey({{"/t", true}});
  submit(state, clean);
  Request check = focus(3, "/t/b");
  check.submitted = seconds(1);
  submit(state, check);
  CHECK(decided(state, minutes(6)) == "");
  client_gone(state, 2);
  CHECK(decided(state, minutes(6)) == "grant 3+1");
}

TEST_CASE("an adopted lease keeps its lane and its tokens", "[gate]") {
  State state = machine_with(4);
  LeaseRecord lease;
  lease.request = bulk(7, "/a");
  lease.issued = 2;
  adopt(state, lease);
  submit(state, bulk(8, "/a"));
  CHECK(books(state, Band::bulk).pool == 1);
  CHECK(decided(state, seconds(1)) == "issue 7+1");
  ended(state, 7);
  CHECK(decided(state, seconds(2)) == "grant 8+3");
}

}  // namespace weir::gate::test
