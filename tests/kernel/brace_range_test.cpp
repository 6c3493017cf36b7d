#include "kernel/brace_range.h"

#include <catch2/catch.hpp>

using weir::kernel::expand_range;

namespace {

std::string shown(std::string_view from, std::string_view to, int64_t step = 1) {
  const auto words = expand_range(from, to, step);
  if (!words) return "error: " + words.error().message;
  std::string out;
  for (const std::string& word : *words) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace

TEST_CASE("brace ranges count and spell as in bash", "[kernel]") {
  CHECK(shown("1", "5") == "1 2 3 4 5");
  CHECK(shown("5", "1") == "5 4 3 2 1");
  CHECK(shown("1", "10", 4) == "1 5 9");
  CHECK(shown("10", "1", 4) == "10 6 2");
  CHECK(shown("1", "5", -2) == "1 3 5");
  CHECK(shown("1", "3", 0) == "1 2 3");
  CHECK(shown("01", "10", 3) == "01 04 07 10");
  CHECK(shown("1", "010", 4) == "001 005 009");
  CHECK(shown("-01", "1") == "-01 000 001");
  CHECK(shown("-2", "1") == "-2 -1 0 1");
  CHECK(shown("a", "e", 2) == "a c e");
  CHECK(shown("c", "a") == "c b a");
  CHECK(shown("7", "7") == "7");
  CHECK(shown("9223372036854775806", "9223372036854775807") ==
        "9223372036854775806 9223372036854775807");
  CHECK(shown("-9223372036854775808", "9223372036854775807", INT64_MAX) ==
        "-9223372036854775808 -1 9223372036854775806");
  CHECK(shown("1", "3", INT64_MIN) == "1");
}

TEST_CASE("brace ranges that cannot be are errors", "[kernel]") {
  CHECK(shown("1", "b") == "error: {1..b}: the ends must be two integers or two characters");
  CHECK(shown("ab", "c") == "error: {ab..c}: the ends must be two integers or two characters");
  CHECK(expand_range("1", "1000000", 1)->size() == 1'000'000);
  const auto huge = expand_range("0", "9223372036854775807", 1);
  REQUIRE_FALSE(huge);
  CHECK(huge.error().kind == weir::ErrorKind::limit);
}
