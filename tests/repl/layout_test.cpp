#include "repl/layout.h"

#include <catch2/catch.hpp>

using namespace weir::repl;

namespace {

// The rows between bars, with the cursor's place behind.
std::string show(std::string_view text, size_t cursor, TerminalSize size,
                 Prompt prompt = {"$ ", "", "> "}, std::string_view suggestion = {}) {
  const std::vector<StyledSpan> highlights;
  const std::vector<StyledLine> below;
  const Layout layout = lay_out({.prompt = prompt,
                                 .text = text,
                                 .cursor = cursor,
                                 .highlights = highlights,
                                 .suggestion = suggestion,
                                 .below = below,
                                 .size = size});
  std::string out;
  for (const Row& row : layout.frame.rows) {
    out += '|';
    for (const Cell& cell : row.cells) out += cell.text;
  }
  return out + "| " + std::to_string(layout.frame.cursor.row) + "," +
         std::to_string(layout.frame.cursor.column);
}

}  // namespace

TEST_CASE("text is laid out in rows", "[repl]") {
  CHECK(show("ls", 2, {10, 5}) == "|$ ls| 0,4");
  CHECK(show("ls\npwd", 3, {10, 5}) == "|$ ls|> pwd| 1,2");
  CHECK(show("abcdefghij", 10, {6, 5}) == "|$ abcd|efghij|| 2,0");
  CHECK(show("abc世", 6, {6, 5}) == "|$ abc|世| 1,2");
  CHECK(show("a\tb", 3, {20, 5}) == "|$ a     b| 0,9");
  CHECK(show("\x01\x7f\xff", 3, {20, 5}) == "|$ ^A^?\xEF\xBF\xBD| 0,7");
  CHECK(show("ls", 2, {10, 5}, {"$ ", "", ""}, " -l") == "|$ ls -l| 0,4");
}

TEST_CASE("the cursor may stand below the text, within the terminal", "[repl]") {
  const std::vector<StyledSpan> highlights;
  const std::vector<StyledLine> below{{{"search: ab", {}}}, {{"> one", {}}}};
  const Prompt prompt{"$ ", "", "> "};
  const auto cursor_at = [&](size_t columns, TerminalSize size) {
    return lay_out({.prompt = prompt,
                    .text = "a\nb",
                    .highlights = highlights,
                    .below = below,
                    .cursor_below = columns,
                    .size = size})
        .frame.cursor;
  };
  CHECK(cursor_at(10, {20, 5}) == Place{2, 10});
  CHECK(cursor_at(30, {20, 5}) == Place{2, 19});
  CHECK(cursor_at(10, {20, 1}).row == 0);
}

TEST_CASE("without colours grey is dim", "[repl]") {
  const std::vector<StyledSpan> highlights;
  const std::vector<StyledLine> below{{{"x", {.foreground = Color::palette(8)}}}};
  Prompt prompt{"$ ", "", "> "};
  for (const bool has_colors : {true, false}) {
    prompt.has_colors = has_colors;
    const Layout layout = lay_out({.prompt = prompt,
                                   .text = "l",
                                   .cursor = 1,
                                   .highlights = highlights,
                                   .suggestion = "s",
                                   .below = below,
                                   .size = {10, 5}});
    const Style grey =
        has_colors ? Style{.foreground = Color::palette(8)} : Style{.attributes = Style::dim};
    CHECK((layout.frame.rows[0].cells[3].style == grey));
    CHECK((layout.frame.rows[1].cells[0].style == grey));
  }
}

TEST_CASE("a right prompt stands where there is room", "[repl]") {
  CHECK(show("ls", 2, {12, 5}, {"$ ", "now", ""}) == "|$ ls    now| 0,4");
  CHECK(show("ls foo", 6, {12, 5}, {"$ ", "now", ""}) == "|$ ls foo| 0,8");
}

TEST_CASE("of a long text the rows around the cursor are shown", "[repl]") {
  CHECK(show("a\nb\nc\nd\ne", 9, {10, 2}) == "|> d|> e| 1,3");
  CHECK(show("a\nb\nc\nd\ne", 0, {10, 2}) == "|$ a|> b| 0,2");
}

TEST_CASE("a terminal of one place shows the cursor's", "[repl]") {
  CHECK(show("abc世", 3, {1, 1}) == "|\xEF\xBF\xBD| 0,0");
  CHECK(show("", 0, {1, 1}) == "|| 0,0");
}
