#include "gate/unit_count.h"

#include <catch2/catch.hpp>

using weir::gate::count_units;
using weir::gate::unit_question;

TEST_CASE("the question for units is the same command, before its program's own words", "[gate]") {
  using Words = std::vector<std::string>;
  CHECK(unit_question({"cargo", "build"}) ==
        Words{"cargo", "build", "--unit-graph", "-Zunstable-options", "--offline"});
  CHECK(unit_question({"cargo", "run", "--", "--", "x"}) ==
        Words{"cargo", "run", "--unit-graph", "-Zunstable-options", "--offline", "--", "--", "x"});
}

TEST_CASE("units are those that a compiler is started for", "[gate]") {
  CHECK(count_units(R"({"version":1,"units":[{"mode":"build"},{"mode":"run-custom-build"},)"
                    R"({"mode":"test"}],"roots":[0]})") == 2);
  CHECK(count_units(R"({"units":[]})") == 0);
  CHECK_FALSE(count_units(""));
  CHECK_FALSE(count_units("{}"));
  CHECK_FALSE(count_units(R"({"units":7})"));
}
