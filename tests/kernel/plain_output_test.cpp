#include "kernel/plain_output.h"

#include <catch2/catch.hpp>

using weir::kernel::plain_output;

TEST_CASE("escape sequences go and the text around them stays", "[plain-output]") {
  CHECK(plain_output("a\x1b[1;31mred\x1b[0m b\n") == "ared b\n");
  CHECK(plain_output("\x1b]0;title\atext\x1b]8;;u\x1b\\link") == "textlink");
  CHECK(plain_output("\x1b(Bx\x1b"
                     "7y\x1b[?25lz") == "xyz");
}

TEST_CASE("an escape sequence that the end cuts off takes nothing else with it", "[plain-output]") {
  CHECK(plain_output("a\x1b") == "a");
  CHECK(plain_output("a\x1b[3") == "a");
  CHECK(plain_output("a\x1b[\nb") == "a\nb");
  CHECK(plain_output("a\x1b]t") == "a");
}

TEST_CASE("of a line that was overwritten the last state stays", "[plain-output]") {
  CHECK(plain_output("10%\r50%\r100%\nok\r\n") == "100%\nok\n");
  CHECK(plain_output("\r50%\r\x1b[K\rdone\r") == "done");
}

TEST_CASE("colours may stay, what moves the cursor goes", "[plain-output]") {
  using weir::kernel::Colors;
  CHECK(plain_output("\x1b[2J\x1b[1;31mred\x1b[0m\x1b]0;title\a.", Colors::stay) ==
        "\x1b[1;31mred\x1b[0m.");
}

TEST_CASE("bytes that are not UTF-8 are data and stay", "[plain-output]") {
  CHECK(plain_output("\xff\x1b[0m\r") == "\xff\x1b[0m\r");
}
