#include "gate/protocol/messages.h"

#include <catch2/catch.hpp>

#include "gate/protocol/request_message.h"

using namespace weir;
using namespace weir::gate;
using namespace weir::gate::protocol;

TEST_CASE("a request comes back from JSON as it was", "[gate]") {
  Request request;
  request.id = 12;
  request.requester = "agent-3";
  request.client = {"boot", 77, 1234567};
  request.command = "cargo build \"\xff\"";
  request.shape = "cargo build";
  request.directory = "/p";
  request.lane = LaneKey({{"/p/target/debug", false}, {"/q/target", true}});
  request.band = Band::focus;
  request.max_jobs = 3;
  request.wants_tokens = true;
  request.runs_program = true;
  request.memory_per_job = 1u << 30;
  request.usual = Duration(1500);
  request.submitted = Instant(99);
  request.not_before = Instant(100);
  auto text = Value::parse_json(to_value(request).to_json());
  REQUIRE(text);
  auto back = parse_request(*text);
  REQUIRE(back);
  CHECK(to_value(*back).to_json() == to_value(request).to_json());
  CHECK(back->lane == request.lane);
  CHECK(back->command == request.command);
}

TEST_CASE("params that are wrong are named", "[gate]") {
  const auto problem = [](const char* json) {
    auto request = parse_request(Value::parse_json(json).value());
    return request ? "" : request.error().message;
  };
  CHECK(problem(R"({"command":"x"})") == "");
  CHECK(problem("{}") == "params.command is missing");
  CHECK(problem("[]") == "params must be an object");
  CHECK(problem(R"({"command":"x","max_jobs":-1})") ==
        "params.max_jobs must be an integer from 0 to 1048576");
  CHECK_THAT(problem(R"({"command":"x","band":"fast"})"), Catch::Contains("focus"));
  CHECK_THAT(problem(R"({"command":"x","lane":["a"]})"), Catch::Contains("lane must be an object"));
}

TEST_CASE("hello, grants, releases and progress come back from JSON as they were", "[gate]") {
  auto hello = parse_hello(to_value(Hello{.version = 2, .oldest = 1, .program = "w", .pid = 3}));
  REQUIRE(hello);
  CHECK(hello->version == 2);
  CHECK(can_talk(*hello, Hello{}));
  CHECK_FALSE(can_talk(Hello{.version = 3, .oldest = 3}, Hello{.version = 2, .oldest = 1}));
  const Grant grant{.lease = 4,
                    .tag = "4.x",
                    .band = Band::focus,
                    .jobs = 2,
                    .has_tokens = true,
                    .locks = 3,
                    .nice = 19,
                    .waited = Duration(12)};
  auto back = parse_grant(to_value(grant));
  REQUIRE(back);
  CHECK(to_value(*back).to_json() == to_value(grant).to_json());
  const Release release{
      .lease = 4,
      .tag = "4.x",
      .outcome = {.code = 137, .signal = 9, .processor_time = Duration(5), .memory = 1000}};
  auto again = parse_release(to_value(release));
  REQUIRE(again);
  CHECK(to_value(*again).to_json() == to_value(release).to_json());
  auto progress = parse_progress(
      to_value(Progress{.lease = 1, .done = 2, .total = 3, .current = "serde", .note = "n"}));
  REQUIRE(progress);
  CHECK(progress->current == "serde");
}
