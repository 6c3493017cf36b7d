#include "kernel/printf_format.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "kernel/escapes.h"
#include "support/random.h"

using weir::List;
using weir::Record;
using weir::Value;
using weir::kernel::EscapeStyle;
using weir::kernel::format_printf;

namespace {

std::string printed(std::string_view format, std::vector<Value> arguments = {}) {
  const auto result = format_printf(format, arguments);
  std::string out = result.text;
  for (const std::string& error : result.errors) out += "!" + error;
  return out;
}

}  // namespace

TEST_CASE("printf prints what bash prints", "[kernel]") {
  const std::tuple<const char*, std::vector<Value>, const char*> rows[] = {
      {"plain %% \\n\\101\\x41\\u00e9", {}, "plain % \nAA\u00e9"},
      {"a\\cb\\q\\", {}, "a\\cb\\q\\"},
      {"%s|%s|", {"a"}, "a||"},
      {"%s\n", {"a", "b"}, "a\nb\n"},
      {"%d %d\n", {"1", "2", "3"}, "1 2\n3 0\n"},
      {"x\n", {"1", "2"}, "x\n"},
      {"[%5s|%-5s|%.2s]", {"ab", "cd", "efg"}, "[   ab|cd   |ef]"},
      {"[%3s|%.1s]", {"é", "éa"}, "[  é|é]"},
      {"%c%c", {"éa", "x"}, "éx"},
      {"%b|%s", {"a\\tb\\0101\\101", "c"}, "a\tbAA|c"},
      {"%b|%s", {"a\\cb", "c"}, "a"},
      {"%-10b|%.3b", {"a\\tb", "a\\tbcd"}, "a\tb       |a\tb"},
      {"%q %q %q", {"a b", "", "it's"}, "'a b' '' 'it'\\''s'"},
      {"%8q|", {"a b"}, "   'a b'|"},
      {"%d %i %u", {"5", "-3", "-1"}, "5 -3 18446744073709551615"},
      {"%d %d %d %d", {"0x1F", "010", " 5", "+5"}, "31 8 5 5"},
      {"%d %d %d", {"'a", "\"é", "'"}, "97 233 0"},
      {"%d", {""}, "0"},
      {"%05d|%-05d|%+d|% d|%.3d|%5.3d",
       {"-3", "3", "3", "3", "5", "7"},
       "-0003|3    |+3| 3|005|  007"},
      {"%.d|%.0d", {"0", "1"}, "|1"},
      {"%x %X %#x %#X %o %#o %#x",
       {"255", "255", "255", "255", "8", "8", "0"},
       "ff FF 0xff 0XFF 10 010 0"},
      {"%#06x|%-#6x|", {"255", "255"}, "0x00ff|0xff  |"},
      {"%x", {"-1"}, "ffffffffffffffff"},
      {"%*d|%.*f|%.*f", {"-5", "3", "2", "3.14159", "-2", "3.14159"}, "3    |3.14|3.141590"},
      {"%f %e %g %.0f %#.0f",
       {"1e3", "12345", "0.0001", "2.5", "1"},
       "1000.000000 1.234500e+04 0.0001 2 1."},
      {"%08.2f|%+.1f|%-8.1f|% f", {"-3.14159", "1", "2", "0"}, "-0003.14|+1.0|2.0     | 0.000000"},
      {"%f %05f %G", {"inf", "-inf", "nan"}, "inf  -inf NAN"},
      {"%a", {"1"}, "0x8p-3"},
      {"%ld %lld %hd %zu", {"1", "2", "3", "4"}, "1 2 3 4"},
      {"%'d", {"1234567"}, "1234567"},
      {"%(%Y)T", {"-86400000"}, "1967"},
      {"%s %s %s %s", {Value(), true, 1.5, List{1, "a"}}, " true 1.5 [1,\"a\"]"},
      {"%d %d", {7, 3.0}, "7 3"},
      {"%.20f", {"0.1"}, "0.10000000000000000000"},
  };
  for (const auto& [format, arguments, expected] : rows)
    CHECK(printed(format, arguments) == expected);
  CHECK(format_printf("%c", {}).text == std::string(1, '\0'));
}

TEST_CASE("printf tells what is wrong with an argument and goes on", "[kernel]") {
  const std::tuple<const char*, std::vector<Value>, const char*> rows[] = {
      {"%d|", {"12abc"}, "12|!\"12abc\" is not a whole number: \"abc\" is left over"},
      {"%d|", {"abc"}, "0|!\"abc\" is not a number"},
      {"%d|", {"1.5"}, "1|!\"1.5\" is not a whole number: \".5\" is left over"},
      {"%d|", {1.5}, "1|!1.5 is not a whole number: \".5\" is left over"},
      {"%d|", {"09"}, "0|!\"09\" is not a whole number: \"9\" is left over"},
      {"%d|", {"0x"}, "0|!\"0x\" is not a number"},
      {"%d|", {"-"}, "0|!\"-\" is not a number"},
      {"%d|", {"--5"}, "0|!\"--5\" is not a number"},
      {"%d|", {true}, "0|!true is not a number"},
      {"%d|", {Record{}}, "0|!a record is not a number"},
      {"%d|",
       {"99999999999999999999"},
       "9223372036854775807|!\"99999999999999999999\" is out of range"},
      {"%d|",
       {"-9223372036854775809"},
       "-9223372036854775808|!\"-9223372036854775809\" is out of range"},
      {"%u|",
       {"99999999999999999999"},
       "18446744073709551615|!\"99999999999999999999\" is out of range"},
      {"%f|", {"abc"}, "0.000000|!\"abc\" is not a number"},
      {"%f|", {"1.5x"}, "1.500000|!\"1.5x\" is not a number: \"x\" is left over"},
      {"%*d|", {"x", "1"}, "1|!\"x\" is not a number"},
  };
  for (const auto& [format, arguments, expected] : rows)
    CHECK(printed(format, arguments) == expected);
}

TEST_CASE("a wrong conversion ends printf", "[kernel]") {
  CHECK(printed("a%zb", {"1"}).starts_with("a1"));
  CHECK(printed("a%yb", {"1"}).starts_with("a!%y: unknown conversion"));
  CHECK(printed("a%n", {"1"}).starts_with("a!%n: unknown conversion"));
  CHECK(printed("a%1$s", {"1"}).starts_with("a!%1$: unknown conversion"));
  CHECK(printed("%5%", {}).starts_with("!%5%: unknown conversion"));
  CHECK(printed("a%", {}) == "a!%: the conversion is not complete");
  CHECK(printed("a%-5", {}) == "a!%-5: the conversion is not complete");
  CHECK(printed("%(%Y", {}) == "!%(%Y: the conversion is not complete");
  CHECK(printed("%(%Y)s", {}).starts_with("!%(%Y)s: unknown conversion"));
  CHECK(printed("%T", {}).starts_with("!%T: unknown conversion"));
  CHECK(printed("%99999999999s", {}) == "!%99999999999s: the field is too large");
  CHECK(printed("%.99999999999d", {}) == "!%.99999999999d: the field is too large");
  CHECK(printed("%*d", {INT64_MIN, 1}) == "!%*d: the field is too large");
}

TEST_CASE("printf's times are the given one, now and the start of the shell", "[kernel]") {
  const weir::kernel::PrintfTimes times{.now = 86400 * 400, .shell_start = 86400 * 800};
  const Value given[] = {"-1", "-2", int64_t{0}};
  CHECK(format_printf("%(%Y)T ", given, times).text == "1971 1972 1970 ");
  CHECK(format_printf("%(%Y)T", {}, times).text == "1971");
  CHECK(format_printf("%8(%Y)T", {}, times).text == "    1971");
}

TEST_CASE("escapes differ by their place as in bash", "[kernel]") {
  const auto text = [](std::string_view escaped, EscapeStyle style) {
    const auto result = weir::kernel::unescape(escaped, style);
    return result.text + (result.stop ? "STOP" : "");
  };
  const std::tuple<const char*, const char*, const char*, const char*> rows[] = {
      // text, echo, %b, format
      {"\\101", "\\101", "A", "A"},
      {"\\0101", "A", "A", "\b1"},
      {"\\x41\\u41\\U00000041", "AAA", "AAA", "AAA"},
      {"\\e\\E\\a\\\\", "\x1b\x1b\a\\", "\x1b\x1b\a\\", "\x1b\x1b\a\\"},
      {"a\\cb", "aSTOP", "aSTOP", "a\\cb"},
      {"\\\"", "\\\"", "\"", "\""},
      {"\\q\\x\\u\\8\\", "\\q\\x\\u\\8\\", "\\q\\x\\u\\8\\", "\\q\\x\\u\\8\\"},
      {"\\ud800", "\uFFFD", "\uFFFD", "\uFFFD"},
      {"\\Uffffffff", "\uFFFD", "\uFFFD", "\uFFFD"},
  };
  for (const auto& [escaped, echo, percent_b, format] : rows) {
    CAPTURE(escaped);
    CHECK(text(escaped, EscapeStyle::echo) == echo);
    CHECK(text(escaped, EscapeStyle::percent_b) == percent_b);
    CHECK(text(escaped, EscapeStyle::format) == format);
  }
  CHECK(weir::kernel::unescape("\\0", EscapeStyle::echo).text == std::string(1, '\0'));
}

TEST_CASE("any format and arguments end without harm", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 20000; ++i) {
    const std::string format = random.text("%%%*.-+ #0'12dsbqcfxTe()Y\\c\xff", 12);
    const std::vector<Value> arguments(random.below(4), Value(random.text("-0x1.e'\\ \xff", 5)));
    CHECK_NOTHROW(format_printf(format, arguments));
  }
}

TEST_CASE("numbers are laid out as snprintf does", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 20000; ++i) {
    const std::string flags = random.text("-+ #0", 3);
    const std::string width = random.one_in(2) ? std::to_string(1 + random.below(12)) : "";
    const std::string precision = random.one_in(2) ? "." + std::to_string(random.below(9)) : "";
    const char conversion = random.pick("diuxXofFeEgGaA");
    const std::string head = "%" + flags + width + precision;
    char expected[512];
    Value argument;
    if (std::string_view("diuxXo").find(conversion) != std::string_view::npos) {
      const auto number = static_cast<int64_t>(random.bits()) >> random.below(64);
      argument = number;
      std::snprintf(expected, sizeof expected, (head + "ll" + conversion).c_str(), number);
    } else {
      const double number = static_cast<double>(static_cast<int64_t>(random.bits())) /
                            static_cast<double>(int64_t{1} << random.below(60));
      argument = weir::real_to_text(number);
      std::snprintf(expected, sizeof expected, (head + "L" + conversion).c_str(),
                    std::strtold(argument.as_string().c_str(), nullptr));
    }
    const std::string got = printed(head + conversion, {argument});
    if (got != expected)
      FAIL(head << conversion << " of " << argument.to_text() << ": " << got << " instead of "
                << expected);
  }
}
