#include <catch2/catch.hpp>

#include "builtins/job_gate_support.h"
#include "builtins/table_support.h"
#include "kernel/kernel.h"

namespace weir::builtins {
namespace {

Value parsed(std::string_view json) { return Value::parse_json(json).value(); }

const char* const kWaiting = R"({"id": 18, "state": "waiting", "band": "bulk",
  "requester": "agent-3", "command": "cargo test", "directory": "/src/proj", "time_ms": 12000,
  "position": 1, "in_line": 2, "wait_ms": 50000, "remedies": ["gate bump 18", "gate kill 18"],
  "reasons": [{"cause": "lane", "what": "/src/proj/target/debug", "wait_ms": 50000, "holders": [
    {"id": 12, "state": "running", "command": "cargo build --release", "requester": "me",
     "time_ms": 190000, "usual_ms": 240000, "left_ms": 50000, "late": false}]}]})";

const char* const kRunning = R"({"id": 12, "state": "running", "band": "bulk", "phase": "compile",
  "requester": "me", "command": "cargo build", "directory": "/src/proj", "time_ms": 190000,
  "usual_ms": 240000, "left_ms": 50000, "late": false, "jobs": 2, "done": 41, "total": 128,
  "current": "serde", "reasons": [], "remedies": []})";

}  // namespace

TEST_CASE("why tells the holder of a lane, the order, and what one can do", "[gate]") {
  Kernel kernel;
  CHECK(why_text(kernel.context(), parsed(kWaiting), "%2") ==
        "%2 cargo test (agent-3, /src/proj) has waited 12s.\n"
        "  now      lane /src/proj/target/debug is held by 12 cargo build --release (me, 3m10s, "
        "usually 4m00s): free in ~50s\n"
        "  order    1st in line, starts in ~50s\n"
        "  you can  gate bump 18 · gate kill 18\n");
}

TEST_CASE("why tells how far a running command has come", "[gate]") {
  Kernel kernel;
  CHECK(why_text(kernel.context(), parsed(kRunning), "12") ==
        "12 cargo build (me, /src/proj) has run for 3m10s.\n"
        "  now      runs, 41 of 128 units: serde, up to 2 jobs at once\n"
        "  usually  4m00s: ends in ~50s\n");
}

TEST_CASE("why tells that a command is stopped, and who waits for one", "[gate]") {
  Kernel kernel;
  const auto text = [&](std::string json) {
    const size_t at = json.find(R"("state": "running")");
    json.replace(at, sizeof(R"("state": "running")") - 1, R"("state": "stopped")");
    return why_text(kernel.context(), parsed(json), "12");
  };
  CHECK_THAT(text(kRunning), Catch::Contains("\n  now      is stopped, 41 of 128 units: serde"));
  CHECK_THAT(text(kRunning), Catch::Contains("\n  usually  4m00s\n"));
  CHECK_THAT(text(kWaiting), Catch::Contains("(me, 3m10s, stopped, usually 4m00s)"));
  CHECK(
      why_text(kernel.context(), parsed(R"({"state": "stopped", "phase": "run", "jobs": 1})"), "3")
          .find("its lane is free: what it built is stopped") != std::string::npos);
}

TEST_CASE("a note has each reason in a few words, and the place in line", "[gate]") {
  Kernel kernel;
  const auto note = [&](const char* reasons) {
    return state_note(kernel.context(), parsed(std::string(R"({"state": "waiting", "position": 3,
        "reasons": )") + reasons + "}"));
  };
  CHECK(state_note(kernel.context(), parsed(kWaiting)) == "lane held by 12, 1st in line");
  CHECK(note(R"([{"cause": "lane", "holders": [{"id": 4, "state": "waiting"}]}])") ==
        "lane promised to 4, 3rd in line");
  CHECK(note(R"([{"cause": "tokens", "holders": [{"id": 4}, {"id": 5}]}])") ==
        "tokens used by 4, 5, 3rd in line");
  CHECK(note(R"([{"cause": "paused", "what": "everything by me"},
                 {"cause": "io_pressure", "what": "io pressure full 55 %, bound 40 %"}])") ==
        "paused: everything by me; io pressure full 55 %, bound 40 %, 3rd in line");
  CHECK(note(R"([{"cause": "not_before", "wait_ms": 3000}])") == "in 3s, 3rd in line");
}

TEST_CASE("an expected end is a time, late, or not known", "[gate]") {
  CHECK(eta_text(parsed(kWaiting)) == "~50s");
  CHECK(eta_text(parsed(kRunning)) == "~50s");
  CHECK(eta_text(parsed(R"({"state": "running", "left_ms": 0, "late": true})")) == "late");
  CHECK(eta_text(parsed(R"({"state": "running", "left_ms": null})")) == "?");
}

TEST_CASE("a report of an older daemon without a member is shown without it", "[gate]") {
  Kernel kernel;
  CHECK(why_text(kernel.context(), parsed("{}"), "3").starts_with("3  (, ) has run for"));
  CHECK(state_note(kernel.context(), parsed("{}")).empty());
}

TEST_CASE("jobs of this shell are named where the gate has ids", "[gate]") {
  Kernel kernel;
  const Value named = with_job_names(
      parsed(
          R"({"state":"waiting","position":1,"reasons":[{"cause":"lane","what":"/a",)"
          R"("holders":[{"id":12,"state":"running"},{"id":13,"state":"running"}]}],)"
          R"("remedies":["gate kill -s CONT 12","gate bump 7","gate kill 7","gate limit --jobs 3"]})"),
      {{12, "%4"}, {7, "%5"}});
  CHECK(state_note(kernel.context(), named) == "lane held by %4, 13, 1st in line");
  CHECK(why_text(kernel.context(), named, "%5")
            .find("you can  kill -s CONT %4 · gate bump %5 · kill %5 · gate limit --jobs 3\n") !=
        std::string::npos);
}

TEST_CASE("a table drops columns in order and cuts the flexible one to fit", "[table]") {
  const Table table{.head = {"ID", "WHO", "WHAT", "NOTE"},
                    .rows = {{"1", "somebody-with-a-name", "a command of some length", "note"}},
                    .flexible = 2,
                    .droppable = {"WHO"}};
  CHECK(table.drawn(80) ==
        "ID  WHO                   WHAT                      NOTE\n"
        " 1  somebody-with-a-name  a command of some length  note\n");
  CHECK(table.drawn(40) ==
        "ID  WHAT                      NOTE\n"
        " 1  a command of some length  note\n");
  CHECK(table.drawn(20) == "ID  WHAT           …\n 1  a command of so…\n");
  const Table wide{.head = {"WHAT", "NOTE"}, .rows = {{std::string(50, 'x'), "note"}}};
  CHECK(wide.drawn(40) ==
        "WHAT" + std::string(32, ' ') + "NOTE\n" + std::string(33, 'x') + "…  note\n");
  CHECK(Table{.head = {"ID"}}.drawn(80).empty());
  CHECK(tabbed({"", "a", ""}) == "\ta\t\n");
}

}  // namespace weir::builtins
