#include "gate/reports.h"

#include <catch2/catch.hpp>

#include "gate/policy_support.h"

namespace weir::gate::test {
namespace {

// Two builds for one lane; the first runs for 40 of its usual 60 seconds.
State two_builds() {
  State state = machine_with(2);
  Request first = bulk(1, "/a", "agent-3");
  first.usual = seconds(60);
  first.wants_tokens = false;
  first.client.pid = 77;
  submit(state, first);
  decide(state, seconds(10));
  submit(state, bulk(2, "/a"));
  decide(state, seconds(20));
  return state;
}

std::string text(const Record& record, const char* name) { return record.find(name)->to_text(); }

}  // namespace

TEST_CASE("a lease is reported with durations only", "[gate]") {
  const State state = two_builds();
  CHECK(Value(lease_report(state.leases.at(1), seconds(50))).to_json() ==
        R"({"id":1,"state":"running","band":"bulk","requester":"agent-3","command":"cargo build",)"
        R"("directory":"","lane":"/a","pid":77,"group":0,"demoted":false,"weight":"low",)"
        R"("phase":"compile","resting":false,"time_ms":40000,"waited_ms":10000,"usual_ms":60000,)"
        R"("left_ms":20000,"late":false,"jobs":1,"tokens":0,"idle":0,"processor_ms":0})");
}

TEST_CASE("a lease that is stopped is reported so, without an expected end", "[gate]") {
  State state = two_builds();
  stop_seen(state, 1, true);
  const Record lease = lease_report(state.leases.at(1), seconds(50));
  CHECK(text(lease, "state") == "stopped");
  CHECK(lease.find("left_ms")->is_null());
  CHECK_THAT(text(*why_report(state, 2, seconds(50)), "reasons"),
             Catch::Contains(R"("holders":[{"id":1,"state":"stopped",)"));
}

TEST_CASE("why reports the reasons with their holders", "[gate]") {
  const State state = two_builds();
  const Result<Record> why = why_report(state, 2, seconds(50));
  REQUIRE(why);
  CHECK(text(*why, "state") == "waiting");
  CHECK(text(*why, "wait_ms") == "20000");
  CHECK(text(*why, "reasons") ==
        R"([{"cause":"lane","what":"/a","wait_ms":20000,"holders":[{"id":1,"state":"running",)"
        R"("command":"cargo build","requester":"agent-3","directory":"","time_ms":40000,)"
        R"("usual_ms":60000,"left_ms":20000,"late":false}]}])");
  CHECK(text(*why, "remedies") == R"(["gate kill 2"])");
  CHECK(why_report(state, 3, seconds(50)).error().kind == ErrorKind::not_found);
}

TEST_CASE("status has leases, waiters, bands, holds, limits and the machine", "[gate]") {
  State state = two_builds();
  pause(state, {Hold::Kind::band, "bulk", "me", seconds(49)});
  const Record status = status_report(state, seconds(50));
  CHECK(text(status, "processors") == "2");
  CHECK(status.find("leases")->as_list().size() == 1);
  CHECK(status.find("waiting")->as_list().size() == 1);
  CHECK(text(status, "holds") == R"([{"kind":"band","name":"bulk","by":"me","time_ms":1000}])");
  CHECK(status.find("bands")->as_record().find("bulk")->to_json() ==
        R"({"leases":1,"slots":2,"capacity":2,"implicit":1,"issued":0,"pool":1,"waiting":1})");
  CHECK(status.find("machine")->as_record().find("pressure")->is_null());
}

TEST_CASE("lanes names who holds each directory and who waits for it", "[gate]") {
  State state = two_builds();
  const List lanes = lanes_report(state, seconds(50));
  REQUIRE(lanes.size() == 1);
  CHECK(
      lanes[0].to_json() ==
      R"({"lane":"/a","holder":1,"state":"running","command":"cargo build","requester":"agent-3","band":"bulk",)"
      R"("time_ms":40000,"left_ms":20000,"late":false,"waiting":[2]})");
  stop_seen(state, 1, true);
  CHECK(text(lanes_report(state, seconds(50))[0].as_record(), "state") == "stopped");
}

TEST_CASE("a plan says what would become of a request and changes nothing", "[gate]") {
  const State state = two_builds();
  const Record blocked = plan_report(state, bulk(0, "/a"), seconds(50));
  CHECK(text(blocked, "state") == "would_wait");
  CHECK(text(blocked, "position") == "2");
  const Record free = plan_report(state, focus(0, "/b"), seconds(50));
  CHECK(text(free, "state") == "would_start");
  CHECK(text(free, "jobs") == "2");
  CHECK(state.waiting.size() == 1);
}

}  // namespace weir::gate::test
