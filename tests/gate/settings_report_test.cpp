#include "gate/settings_report.h"

#include <catch2/catch.hpp>

namespace weir::gate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Value parsed(std::string_view json) { return Value::parse_json(json).value(); }

}  // namespace

TEST_CASE("holds are read as they are reported", "[gate]") {
  const Result<Hold> hold =
      read_hold(parsed(R"({"kind":"lane","name":"/t","by":"me"})"), seconds(3));
  REQUIRE(hold);
  CHECK(hold->kind == Hold::Kind::lane);
  CHECK(hold->since == seconds(3));
  CHECK(read_hold(parsed(R"({"kind":"all"})"), seconds(3)));
  for (const char* wrong : {"[]", "{}", R"({"kind":"day"})", R"({"kind":"lane"})",
                            R"({"kind":"band","name":"fast"})"}) {
    CHECK_FALSE(read_hold(parsed(wrong), seconds(3)));
  }
}

TEST_CASE("limits are set one by one and back", "[gate]") {
  const Limits two =
      read_limits(parsed(R"({"jobs":2,"age_bound_ms":5,"io_pressure":7.5})"), {}).value();
  CHECK(two.jobs == 2);
  CHECK(two.age_bound == milliseconds(5));
  CHECK(two.io_pressure == 7.5);
  CHECK(read_limits(Value(limits_report(two)), {}).value() == two);
  CHECK(read_limits(parsed(R"({"jobs":null,"age_bound_ms":null,"io_pressure":null})"), two) ==
        Limits());
  for (const char* wrong : {"3", R"({"jobs":-1})", R"({"jobs":"2"})", R"({"cores":2})",
                            R"({"age_bound_ms":1.5})", R"({"io_pressure":101})"}) {
    CHECK_FALSE(read_limits(parsed(wrong), {}));
  }
}

}  // namespace weir::gate
