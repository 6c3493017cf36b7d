#include "parser/ansi_quote.h"

#include <catch2/catch.hpp>

using namespace weir::parser;

TEST_CASE("the C escapes of $'…' are decoded, and any other is kept as written", "[parser]") {
  struct Row {
    std::string text;
    std::string decoded;
  };
  const Row rows[] = {
      {"plain", "plain"},
      {R"(a\tb\n)", "a\tb\n"},
      {R"(\a\b\f\r\v)", "\a\b\f\r\v"},
      {R"(\e\E)", "\033\033"},
      {R"(\\\'\"\?)", "\\'\"?"},
      {R"(\101\60)", "A0"},
      {R"(\x41\x4)", "A\4"},
      {R"(\u00e9\U0001F600)", "\u00e9\U0001F600"},
      {R"(\cA)", "\1"},
      {R"(\q)", "\\q"},
  };
  Arena arena;
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(decode_ansi_quote(arena, row.text) == row.decoded);
  }
}
