#include "repl/terminal_marks.h"

#include <catch2/catch.hpp>

using weir::repl::TerminalMarks;

TEST_CASE("marks are sequences that a terminal understands", "[prompt]") {
  const TerminalMarks marks("xterm");
  CHECK(marks.prompt_begins() == "\x1b]133;A\x1b\\");
  CHECK(marks.entry_ended(3) == "\x1b]133;D;3\x1b\\");
  CHECK(marks.directory("box", "/a b/ä") == "\x1b]7;file://box/a%20b/%C3%A4\x1b\\");
  CHECK(marks.title("a\x1b]2;x\a\nb") == "\x1b]2;a ]2;x  b\x1b\\");
}

TEST_CASE("a dumb terminal gets none", "[prompt]") {
  for (const char* terminal : {"", "dumb"}) {
    const TerminalMarks marks(terminal);
    CHECK(marks.prompt_begins() + marks.entry_begins() + marks.title("x") +
              marks.directory("h", "/") ==
          "");
  }
}
