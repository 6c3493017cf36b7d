#include "repl/screen.h"

#include <catch2/catch.hpp>

#include "repl/layout.h"
#include "support/random.h"
#include "support/terminal_model.h"

using namespace weir::repl;

namespace {

using Model = weir::test::TerminalModel;

std::string text_of(const Row& row) {
  std::string text;
  for (const Cell& cell : row.cells) text += cell.text;
  return weir::test::without_end(text);
}

// The frame stands in the model with its cursor where it shall be.
void check_shows(const Model& model, const Frame& frame) {
  const Place cursor = model.cursor();
  REQUIRE(cursor.column == frame.cursor.column);
  REQUIRE(cursor.row >= frame.cursor.row);
  const size_t top = cursor.row - frame.cursor.row;
  for (size_t i = 0; i < frame.rows.size(); ++i) {
    INFO("row " << i);
    REQUIRE(model.row(top + i) == text_of(frame.rows[i]));
  }
}

const Prompt kPrompt{"$ ", "right", "> "};

Frame frame_of(std::string_view text, size_t cursor, TerminalSize size, size_t below = 0) {
  const std::vector<StyledSpan> highlights{
      {{0, static_cast<uint32_t>(text.size() / 2)}, {.attributes = Style::bold}}};
  const std::vector<StyledLine> lines(below, StyledLine{{"menu", {.attributes = Style::reverse}}});
  return lay_out({.prompt = kPrompt,
                  .text = text,
                  .cursor = cursor,
                  .highlights = highlights,
                  .below = lines,
                  .size = size})
      .frame;
}

std::string random_text(weir::test::Random& random) {
  static constexpr std::string_view kPieces[] = {"a",  "b ",   "\n",  "世",   "é",      "e\u0301",
                                                 "\t", "\x01", "xyz", "\xff", "       "};
  std::string text;
  for (uint32_t n = random.below(60); n > 0; --n) text += kPieces[random.below(std::size(kPieces))];
  return text;
}

size_t random_cursor(weir::test::Random& random, const std::string& text) {
  size_t cursor = random.below(static_cast<uint32_t>(text.size() + 1));
  while (cursor > 0 && cursor < text.size() &&
         (static_cast<unsigned char>(text[cursor]) & 0xC0) == 0x80)
    --cursor;
  return cursor;
}

}  // namespace

TEST_CASE("a change of one character writes little", "[repl]") {
  const TerminalSize size{40, 10};
  Screen screen;
  screen.paint(frame_of("echo hello", 10, size), size);
  CHECK(screen.paint(frame_of("echo hello", 10, size), size).empty());
  CHECK(screen.paint(frame_of("echo hellox", 11, size), size).size() < 20);
}

TEST_CASE("frames are wrapped in mode 2026 where the terminal knows it", "[repl]") {
  const TerminalSize size{40, 10};
  Screen screen({.synchronizes = true});
  const std::string bytes = screen.paint(frame_of("x", 1, size), size);
  CHECK(bytes.starts_with("\x1b[?2026h"));
  CHECK(bytes.ends_with("\x1b[?2026l"));
}

TEST_CASE("whatever is painted, the terminal shows the frame", "[repl]") {
  weir::test::Random random;
  INFO("seed " << random.seed());
  for (int round = 0; round < 60; ++round) {
    // In the first column libvterm keeps waiting to wrap after a carriage return, so a character
    // must not fill a whole row of the model.
    const TerminalSize size{3 + random.below(30), 1 + random.below(10)};
    INFO(size.columns << " x " << size.rows);
    Model model(size);
    Screen screen;
    for (uint32_t n = random.below(4); n > 0; --n) model.write("output\r\n");
    for (int i = 0; i < 12; ++i) {
      const std::string text = random_text(random);
      const Frame frame = frame_of(text, random_cursor(random, text), size, random.below(4));
      model.write(screen.paint(frame, size));
      check_shows(model, frame);
      if (random.one_in(6)) model.write(screen.finish());
      if (random.one_in(6)) model.write(screen.erase() + "notice\r\n");
    }
  }
}

TEST_CASE("after a resize the frame is there once", "[repl]") {
  weir::test::Random random;
  INFO("seed " << random.seed());
  for (int round = 0; round < 60; ++round) {
    TerminalSize size{10 + random.below(30), 12};
    Model model(size);
    Screen screen({.reflows = false});  // as this version of libvterm
    model.write("above\r\n");
    for (int i = 0; i < 6; ++i) {
      const std::string text = "echo one two";
      const Frame frame = frame_of(text, random.below(12), size);
      model.write(screen.paint(frame, size));
      check_shows(model, frame);
      size = {10 + random.below(30), 12};
      model.resize(size);
      screen.resized(size);
    }
    const Frame frame = frame_of("echo one two", 3, size);
    model.write(screen.paint(frame, size));
    check_shows(model, frame);
    CHECK(model.row(0) == "above");
  }
}

TEST_CASE("a terminal that becomes lower shows the frame once", "[repl]") {
  const size_t rows = GENERATE(8, 5, 3, 1);
  std::string text = "echo 1";
  for (int i = 2; i <= 9; ++i) text += "\necho " + std::to_string(i);
  const TerminalSize before{20, 12};
  const TerminalSize after{20, rows};
  Model model(before);
  Screen screen({.reflows = GENERATE(true, false)});
  model.write(screen.paint(frame_of(text, text.size(), before), before));
  model.resize(after);
  screen.resized(after);
  const Frame frame = frame_of(text, text.size(), after);
  model.write(screen.paint(frame, after));
  check_shows(model, frame);
}
