#include "base/escape.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("letters stand for control characters, the backslash for itself", "[escape]") {
  CHECK(letter_escape('n') == '\n');
  CHECK(letter_escape('a') == '\a');
  CHECK(letter_escape('e') == '\x1b');
  CHECK(letter_escape('E') == '\x1b');
  CHECK(letter_escape('\\') == '\\');
  CHECK(letter_escape('z') == '\0');
  CHECK(letter_escape('\0') == '\0');
}

TEST_CASE("digits are taken as long as they are some of the base", "[escape]") {
  const auto octal = take_digits("0778", 0, 8, 4);
  CHECK(octal.value == 077);
  CHECK(octal.end == 3);
  CHECK(take_digits("xfFfF", 1, 16, 2).value == 0xff);
  CHECK(take_digits("xfFfF", 1, 16, 2).end == 3);
  CHECK(take_digits("g", 0, 16, 2).end == 0);
  CHECK(take_digits("", 0, 16, 2).end == 0);
}
