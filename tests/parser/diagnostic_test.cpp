#include "parser/diagnostic.h"

#include <catch2/catch.hpp>

#include "parser/ast.h"

using namespace weir::parser;

TEST_CASE("a position is the same in whatever order positions are asked for") {
  Unit unit;
  unit.source = "ä b\n\nc äö d";
  unit.first_line = 5;
  const auto at = [&](uint32_t offset) {
    const auto position = unit.position(offset);
    return std::pair(position.line, position.column);
  };
  using Place = std::pair<uint32_t, uint32_t>;
  for (int turn = 0; turn < 2; ++turn) {
    CHECK(at(3) == Place(5, 3));
    CHECK(at(0) == Place(5, 1));
    CHECK(at(2) == Place(5, 2));
    CHECK(at(5) == Place(6, 1));
    CHECK(at(13) == Place(7, 6));
    CHECK(at(8) == Place(7, 3));
    CHECK(at(10) == Place(7, 4));
    CHECK(at(99) == Place(7, 7));
    CHECK(at(4) == Place(5, 4));
  }
}

TEST_CASE("of a long line the text around the caret is shown") {
  Unit unit;
  unit.name = "t";
  unit.source = std::string(100'000, 'a') + "X" + std::string(100'000, 'b');
  const std::string text = render({Severity::error, "E001", "wrong", "", {100'000, 100'001}}, unit);
  CHECK(text.size() < 400);
  CHECK_THAT(text, Catch::Contains("t:1:100001: error: wrong [E001]"));
  CHECK_THAT(text, Catch::Contains("aXb"));
  CHECK_THAT(text, Catch::EndsWith("\n  " + std::string(80, ' ') + "^\n"));
}
