#include "gate/protocol/line_framer.h"

#include <catch2/catch.hpp>

#include "support/random.h"

using namespace weir;
using gate::protocol::LineFramer;

namespace {

// All lines that are whole now, with "|" after each; "!" when one was too long.
std::string lines_of(LineFramer& framer) {
  std::string all;
  for (;;) {
    auto line = framer.next();
    if (!line) return all + "!";
    if (!*line) return all;
    all += **line + "|";
  }
}

}  // namespace

TEST_CASE("lines come whole, whatever pieces the bytes come in", "[gate]") {
  test::Random random;
  INFO("seed " << random.seed());
  for (int run = 0; run < 200; ++run) {
    std::string text;
    std::string expected;
    for (uint32_t i = 0; i < 20; ++i) {
      const std::string line = random.text("ab{}\" ", 40);
      text += line + "\n";
      if (!line.empty()) expected += line + "|";
    }
    LineFramer framer;
    std::string found;
    for (size_t at = 0; at < text.size();) {
      const size_t piece = 1 + random.below(50);
      framer.feed(std::string_view(text).substr(at, piece));
      at += piece;
      if (random.one_in(2)) found += lines_of(framer);
    }
    found += lines_of(framer);
    CHECK(found == expected);
    CHECK(framer.held() == 0);
  }
}

TEST_CASE("a line that is too long is refused, finished or not", "[gate]") {
  LineFramer whole(4);
  whole.feed("abcd\nabcde\n");
  CHECK(lines_of(whole) == "abcd|!");
  LineFramer unfinished(4);
  unfinished.feed("abcde");
  CHECK(lines_of(unfinished) == "!");
}

TEST_CASE("a carriage return before the newline is not of the line", "[gate]") {
  LineFramer framer;
  framer.feed("{}\r\n\r\n\n[]");
  CHECK(lines_of(framer) == "{}|");
  CHECK(framer.held() == 2);
}
