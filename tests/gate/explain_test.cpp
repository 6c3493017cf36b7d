#include "gate/explain.h"

#include <catch2/catch.hpp>

#include "gate/policy_support.h"

namespace weir::gate::test {
namespace {

// "lane[/a] by 1; tokens by 1 2": the causes, what they say, the holders.
std::string reasons(const State& state, std::uint64_t id, Instant now) {
  std::string text;
  for (const Reason& reason : explain(state, id, now).reasons) {
    if (!text.empty()) text += "; ";
    text += cause_name(reason.cause);
    if (!reason.what.empty()) text += "[" + reason.what + "]";
    if (!reason.holders.empty()) text += " by";
    for (const Holder& holder : reason.holders) text += " " + std::to_string(holder.id);
  }
  return text;
}

Request usually(Request request, Duration usual) {
  request.usual = usual;
  return request;
}

}  // namespace

TEST_CASE("a waiter for a lane is told who holds it and until when", "[gate]") {
  State state = machine_with(4);
  Request first = usually(bulk(1, "/a", "agent-3"), seconds(60));
  first.directory = "/src/a";
  first.late_after = seconds(70);
  first.wants_tokens = false;
  submit(state, first);
  decide(state, seconds(10));
  submit(state, bulk(2, "/a"));
  decide(state, seconds(20));
  const Explanation why = explain(state, 2, seconds(30));
  CHECK(why.standing == Explanation::Standing::waiting);
  CHECK(reasons(state, 2, seconds(30)) == "lane[/a] by 1");
  CHECK(why.reasons.at(0).holders.at(0) == Holder{.id = 1,
                                                  .command = "cargo build",
                                                  .requester = "agent-3",
                                                  .directory = "/src/a",
                                                  .waiting = false,
                                                  .since = seconds(10),
                                                  .usual = seconds(60),
                                                  .left = seconds(40),
                                                  .late = false});
  CHECK(why.wait == seconds(40));
  CHECK(why.position == 1);
  CHECK(why.in_line == 1);
  CHECK(why.remedies == std::vector<std::string>{"gate kill 2"});
  const Explanation late = explain(state, 2, seconds(81));
  CHECK(late.reasons.at(0).holders.at(0).late);
  CHECK_FALSE(late.wait);  // not "in 0 ms"
}

TEST_CASE("who waits for what is stopped is told so, and how it goes on", "[gate]") {
  State state = machine_with(1);
  submit(state, usually(bulk(1, "/a"), seconds(60)));
  decide(state, seconds(10));
  submit(state, bulk(2, "/a"));
  stop_seen(state, 1, true);
  const Explanation why = explain(state, 2, seconds(30));
  REQUIRE(reasons(state, 2, seconds(30)) == "lane[/a] by 1; cpu[1 of 1 bulk slots taken] by 1");
  CHECK(why.reasons[0].holders[0].stopped);
  CHECK_FALSE(why.reasons[0].holders[0].left);
  CHECK_FALSE(why.wait);
  CHECK(why.remedies ==
        std::vector<std::string>{"gate kill -s CONT 1", "gate kill 1", "gate kill 2"});
  CHECK(explain(state, 1, seconds(30)).remedies ==
        std::vector<std::string>{"gate kill -s CONT 1", "gate kill 1"});
  stop_seen(state, 1, false);
  CHECK(explain(state, 2, seconds(30)).wait == seconds(40));
  CHECK(explain(state, 1, seconds(30)).remedies.empty());
}

TEST_CASE("each that is before it in the lane adds its usual time", "[gate]") {
  State state = machine_with(1);
  submit(state, usually(bulk(1, "/a"), seconds(60)));
  decide(state, seconds(0));
  submit(state, usually(bulk(2, "/a"), seconds(5)));
  submit(state, usually(bulk(3, "/a"), seconds(10)));
  submit(state, usually(bulk(4, "/b"), seconds(7)));
  const Explanation why = explain(state, 3, seconds(20));
  CHECK(why.position == 2);
  CHECK(why.in_line == 2);
  CHECK(why.wait == seconds(45));
  CHECK(why.remedies == std::vector<std::string>{"gate bump 3", "gate kill 3"});
}

TEST_CASE("no time is promised where the holder has no history", "[gate]") {
  State state = machine_with(1);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(0));
  submit(state, bulk(2, "/a"));
  CHECK_FALSE(explain(state, 2, seconds(1)).wait);
}

TEST_CASE("all reasons are told at once", "[gate]") {
  State state = machine_with(1);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  Request second = bulk(2, "/a");
  second.not_before = seconds(60);
  submit(state, second);
  pause(state, {Hold::Kind::requester, "me", "root", seconds(1)});
  pause(state, {Hold::Kind::lane, "/a b", "", seconds(1)});
  Machine machine = state.machine;
  machine.io_full10 = 55;
  machine_read(state, machine);
  decide(state, seconds(2));
  CHECK(
      reasons(state, 2, seconds(2)) ==
      "paused[requester me by root]; not_before; lane[/a] by 1; cpu[1 of 1 bulk slots taken] by 1; "
      "io_pressure[io pressure full 55 %, bound 40 %]");
  CHECK(explain(state, 2, seconds(2)).remedies ==
        std::vector<std::string>{"gate resume --requester me", "gate kill 2"});
}

TEST_CASE("full slots are cpu, used tokens are tokens", "[gate]") {
  State state = machine_with(4);
  state.limits.bulk_slots = 1;
  submit(state, focus(1, "/a"));
  submit(state, bulk(2, "/b"));
  decide(state, seconds(1));
  submit(state, focus(3, "/c"));
  submit(state, bulk(4, "/d"));
  decide(state, seconds(2));
  CHECK(reasons(state, 3, seconds(2)) == "cpu[1 of 1 focus slots taken] by 1");
  CHECK(reasons(state, 4, seconds(2)) == "cpu[1 of 1 bulk slots taken] by 2");
  state.limits.bulk_slots = 4;
  CHECK(reasons(state, 4, seconds(2)) == "tokens by 2");
}

TEST_CASE("who waits behind a promised lane is told of the elder", "[gate]") {
  State state = machine_with(4);
  submit(state, bulk(1, "/t/a"));
  decide(state, seconds(1));
  Request clean = bulk(2, "/t");
  clean.lane = LaneKey({{"/t", true}});
  submit(state, clean);
  Request check = focus(3, "/t/b");
  check.submitted = seconds(2);
  submit(state, check);
  decide(state, minutes(6));
  CHECK(reasons(state, 3, minutes(6)) == "lane[/t/b] by 2");
  CHECK(explain(state, 3, minutes(6)).reasons.at(0).holders.at(0).waiting);
}

TEST_CASE("who could start but stands behind what needs memory is told so", "[gate]") {
  State state = machine_with(4);
  Machine machine = state.machine;
  machine.memory_available = 1000;
  machine_read(state, machine);
  Request first = bulk(1, "/a");
  first.max_jobs = 1;
  submit(state, first);
  decide(state, seconds(1));
  Request large = bulk(2, "/b");
  large.memory_per_job = 2000;
  submit(state, large);
  submit(state, bulk(3, "/c"));
  decide(state, seconds(2));
  CHECK(reasons(state, 2, seconds(2)) == "memory[1000B available, 2K a job]");
  CHECK(reasons(state, 3, seconds(2)) == "memory[1000B available, 2K a job] by 2");
}

TEST_CASE("a running lease is told why it gets no more tokens", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  submit(state, bulk(2, "/b"));
  decide(state, seconds(1));
  REQUIRE(decided(state, seconds(3)) == "withdraw 1-1");
  withdrawn(state, 1, 1, seconds(3));
  decide(state, seconds(3));
  const Explanation why = explain(state, 1, seconds(9));
  CHECK(why.standing == Explanation::Standing::running);
  CHECK(reasons(state, 1, seconds(9)) == "tokens by 2");
}

TEST_CASE("what is not known is said to be unknown", "[gate]") {
  CHECK(explain(State(), 5, seconds(1)).standing == Explanation::Standing::unknown);
}

TEST_CASE("all that waits is explained in the order of the line", "[gate]") {
  State state = machine_with(1);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  submit(state, usually(bulk(2, "/b", "p"), seconds(9)));
  submit(state, usually(bulk(3, "/c", "p"), seconds(4)));
  submit(state, bulk(4, "/d", "q"));
  bump(state, 2);
  std::string order;
  for (const Explanation& each : explain_waiting(state, seconds(2))) {
    order += std::to_string(each.id) + ":" + std::to_string(each.position) + " ";
  }
  CHECK(order == "2:1 4:2 3:3 ");
}

TEST_CASE("causes have names and are found by them", "[gate]") {
  for (int i = 0; i <= static_cast<int>(Cause::lock); ++i) {
    CHECK(find_cause(cause_name(static_cast<Cause>(i))) == static_cast<Cause>(i));
  }
  CHECK_FALSE(find_cause("weather"));
}

TEST_CASE("a lane that a command without the daemon has is a reason of its own", "[gate]") {
  State state = machine_with(2);
  submit(state, bulk(1, "/a"));
  decide(state, seconds(1));
  lane_is_locked(state, 1);
  const Explanation about = explain(state, 1, seconds(5));
  REQUIRE(about.reasons.size() == 1);
  CHECK(about.reasons[0].cause == Cause::lock);
  CHECK(about.reasons[0].what == "/a");
}

}  // namespace weir::gate::test
