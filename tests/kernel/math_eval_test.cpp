#include "kernel/math_eval.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/random.h"

using weir::Value;
using weir::kernel::evaluate_math;

namespace {

std::string math(std::string_view text) {
  const auto result = evaluate_math(text, [](std::string_view name) -> std::optional<Value> {
    if (name == "x") return 7;
    if (name == "s") return "2.5";
    if (name == "word") return "abc";
    return std::nullopt;
  });
  return result ? result->to_text() : "error: " + result.error().message;
}

}  // namespace

TEST_CASE("math computes with ints while they are exact and with floats otherwise", "[kernel]") {
  const std::pair<const char*, const char*> rows[] = {
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"7 / 2", "3.5"},
      {"6 / 3", "2"},
      {"1.5 * 2", "3.0"},
      {"7 // 2", "3"},
      {"-7 // 2", "-4"},
      {"7.5 // 2", "3.0"},
      {"-7 % 3", "-1"},
      {"7.5 % 2", "1.5"},
      {"2 ** 10", "1024"},
      {"2 ** 3 ** 2", "512"},
      {"2 ** -1", "0.5"},
      {"-2 ** 2", "4"},
      {"2 ** 0.5", "1.4142135623730951"},
      {"2 ** 64", "1.8446744073709552e+19"},
      {"--3", "3"},
      {"+3", "3"},
      {"2 - -3", "5"},
      {"10 - 4 - 3", "3"},
      {"0.1 + 0.2", "0.30000000000000004"},
      {"1e3", "1000.0"},
      {".5", "0.5"},
      {"0x1F", "31"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775807 + 1", "9.223372036854776e+18"},
      {"9223372036854775808", "9.223372036854776e+18"},
      {"-9223372036854775808 / -1", "9.223372036854776e+18"},
      {"-9223372036854775808 % -1", "0"},
      {"1 < 2", "true"},
      {"2 <= 1.5", "false"},
      {"1 == 1.0", "true"},
      {"1 != 1", "false"},
      {"x * 2", "14"},
      {"s * 2", "5.0"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    const std::string shown =
        std::string(expected) == "1.8446744073709552e+19" ? weir::real_to_text(0x1p64) : expected;
    CHECK(math(text) == shown);
  }
}

TEST_CASE("math has the usual functions and constants", "[kernel]") {
  const std::pair<const char*, const char*> rows[] = {
      {"sqrt(16)", "4"},
      {"sqrt(2)", "1.4142135623730951"},
      {"sqrt(16.0)", "4.0"},
      {"floor(2.7)", "2"},
      {"ceil(2.1)", "3"},
      {"round(2.5)", "3"},
      {"round(-2.5)", "-3"},
      {"trunc(-2.7)", "-2"},
      {"round(3.14159, 2)", "3.14"},
      {"round(5, 2)", "5"},
      {"floor(1e300)", "1e+300"},
      {"abs(-3)", "3"},
      {"abs(-9223372036854775808)", "9.223372036854776e+18"},
      {"min(3, 1.5, 2)", "1.5"},
      {"max(3, 1)", "3"},
      {"pow(2, 8)", "256"},
      {"hypot(3, 4)", "5"},
      {"atan2(0, 1)", "0"},
      {"log10(1000)", "3"},
      {"log2(8)", "3"},
      {"log(e)", "1.0"},
      {"cos(pi)", "-1.0"},
      {"tau / pi", "2.0"},
      {"sin( 0 )", "0"},
      {"exp(0)", "1"},
      {"max(sqrt(4), min(9, 8)) + 1", "9"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(math(text) == expected);
  }
}

TEST_CASE("math says what is wrong", "[kernel]") {
  const std::pair<const char*, const char*> rows[] = {
      {"", "error: the expression ends too early"},
      {"1 +", "error: the expression ends too early"},
      {"1 2", "error: unexpected \"2\" at character 3"},
      {"1 + )", "error: unexpected \")\" at character 5"},
      {"2 ^ 3", "error: unexpected \"^\" at character 3; a power is written **"},
      {"(1", "error: a closing parenthesis is missing"},
      {"max(1", "error: a closing parenthesis is missing"},
      {"max(1 2)", "error: unexpected \"2\" at character 7"},
      {"max()", "error: max does not take 0 arguments"},
      {"sqrt(1, 2)", "error: sqrt does not take 2 arguments"},
      {"sqrt", "error: sqrt is a function: write sqrt(…)"},
      {"sqr(4)", "error: unknown function \"sqr\"; did you mean \"sqrt\"?"},
      {"nope", "error: unknown name \"nope\""},
      {"word + 1", "error: word: \"abc\" is not a number"},
      {"1 / 0", "error: division by zero"},
      {"1 // 0.0", "error: division by zero"},
      {"1 % 0", "error: division by zero"},
      {"0 ** -1", "error: division by zero"},
      {"sqrt(-1)", "error: sqrt: the result is not a real number"},
      {"log(0)", "error: log: only numbers above 0 have a logarithm"},
      {"1e308 * 10", "error: the result is too large for a float"},
      {"1e999", "error: a number is out of range"},
      {"(1 < 2) + 1", "error: the result of a comparison is not a number"},
      {"1 < 2 < 3", "error: unexpected \"<\" at character 7"},
      {"inf", "error: unknown name \"inf\""},
      {"0x", "error: the expression ends too early"},
      {".", "error: unexpected \".\" at character 1"},
      {"round(1.5, 99)", "error: round: the digits of round are an int from 0 to 15"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(math(text) == expected);
  }
  const auto nested = [](size_t n, char open, char close) {
    return std::string(n, open) + "1" + std::string(close ? n : 0, close);
  };
  CHECK(math(nested(50, '(', ')')) == "1");
  for (const std::string& deep : {nested(100'000, '(', ')'), nested(100'000, '-', 0)}) {
    CHECK(math(deep) == "error: the expression is nested too deeply");
  }
  std::string powers = "1";
  for (int i = 0; i < 100'000; ++i) powers += "**1";
  CHECK(math(powers) == "error: the expression is nested too deeply");
  std::string sums = "1";
  for (int i = 0; i < 100'000; ++i) sums += "+1";
  CHECK(math(sums) == "100001");
}

TEST_CASE("any text given to math ends, with a finite number or an error", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 20000; ++i) {
    const std::string text = random.text("0129.xe+-*/%()<=,! minsqrtpo\xc3\xa9", 12);
    const auto result = evaluate_math(text);
    if (result && result->is_real() && !std::isfinite(result->as_real())) FAIL(text);
  }
}
