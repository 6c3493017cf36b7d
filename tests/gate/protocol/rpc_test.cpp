#include "gate/protocol/rpc.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::gate::protocol;

namespace {

std::string problem_of(std::string_view line) {
  auto message = parse_message(line);
  return message ? "" : message.error().message;
}

}  // namespace

TEST_CASE("calls, notifications and replies come back as they were", "[gate]") {
  auto call = parse_message(to_line(Call{Value(7), "release", Record{{"lease", 3}}}));
  REQUIRE(call);
  const auto& made = std::get<Call>(*call);
  CHECK(made.id == Value(7));
  CHECK(made.method == "release");
  CHECK(made.params.to_json() == R"({"lease":3})");
  auto note = parse_message(to_line(Call{{}, "wait", {}}));
  REQUIRE(note);
  CHECK(std::get<Call>(*note).is_notification());
  auto reply = parse_message(to_line(Reply{Value("a"), Value(5)}));
  REQUIRE(reply);
  CHECK(std::get<Value>(std::get<Reply>(*reply).result) == Value(5));
  auto error = parse_message(to_line(Reply{Value("a"), RpcError{RpcCode::draining, "ending"}}));
  REQUIRE(error);
  CHECK(std::get<RpcError>(std::get<Reply>(*error).result).code == RpcCode::draining);
}

TEST_CASE("what is no message is refused by name", "[gate]") {
  CHECK_THAT(problem_of("{"), Catch::Contains("invalid JSON"));
  CHECK_THAT(problem_of("[]"), Catch::Contains("batches"));
  CHECK_THAT(problem_of(R"({"method":"x"})"), Catch::Contains("jsonrpc"));
  CHECK_THAT(problem_of(R"({"jsonrpc":"2.0","method":5})"), Catch::Contains("method"));
  CHECK_THAT(problem_of(R"({"jsonrpc":"2.0","method":"x","params":5})"), Catch::Contains("params"));
  CHECK_THAT(problem_of(R"({"jsonrpc":"2.0","method":"x","id":{}})"), Catch::Contains("id"));
  CHECK_THAT(problem_of(R"({"jsonrpc":"2.0","id":1})"), Catch::Contains("result"));
  CHECK_THAT(problem_of(R"({"jsonrpc":"2.0","id":1,"error":{"code":1e99,"message":""}})"),
             Catch::Contains("code"));
  CHECK_THAT(problem_of(R"({"jsonrpc":"2.0"})"), Catch::Contains("neither"));
}
