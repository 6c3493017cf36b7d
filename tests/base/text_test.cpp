#include "base/text.h"

#include <catch2/catch.hpp>

#include "support/random.h"

using namespace std::chrono_literals;
using weir::parse_duration;
using weir::parse_size;
using weir::wrap_lines;

namespace {

/// Characters by the plain reading of Unicode's table 3-7: the model of the tests.
std::vector<std::string> naive_characters(const std::string& text) {
  static const auto in = [](unsigned char c, int low, int high) { return c >= low && c <= high; };
  std::vector<std::string> out;
  for (size_t i = 0; i < text.size();) {
    const auto at = [&](size_t k) -> unsigned char {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0;
    };
    size_t length = 1;
    if (in(at(0), 0xC2, 0xDF) && in(at(1), 0x80, 0xBF)) length = 2;
    const bool three = (at(0) == 0xE0 && in(at(1), 0xA0, 0xBF)) ||
                       (in(at(0), 0xE1, 0xEC) && in(at(1), 0x80, 0xBF)) ||
                       (at(0) == 0xED && in(at(1), 0x80, 0x9F)) ||
                       (in(at(0), 0xEE, 0xEF) && in(at(1), 0x80, 0xBF));
    if (three && in(at(2), 0x80, 0xBF)) length = 3;
    const bool four = (at(0) == 0xF0 && in(at(1), 0x90, 0xBF)) ||
                      (in(at(0), 0xF1, 0xF3) && in(at(1), 0x80, 0xBF)) ||
                      (at(0) == 0xF4 && in(at(1), 0x80, 0x8F));
    if (four && in(at(2), 0x80, 0xBF) && in(at(3), 0x80, 0xBF)) length = 4;
    out.push_back(text.substr(i, length));
    i += length;
  }
  return out;
}

const std::string kBytes = "ab\x7f\x80\x9f\xa0\xbf\xc1\xc2\xe0\xe2\xed\xef\xf0\xf4\xf5\xff";

}  // namespace

TEST_CASE("lines are broken at blanks, and go on below where they began") {
  CHECK(wrap_lines("one two three\nfour\n", 20) == "one two three\nfour\n");
  CHECK(wrap_lines("one two three\nfour\n", 8) == "one two\nthree\nfour\n");
  CHECK(wrap_lines("  one two three", 8) == "  one\n  two\n  three");
  CHECK(wrap_lines("usage: f [-a] [-b] [-c]", 18) == "usage: f [-a] [-b]\n         [-c]");
  CHECK(wrap_lines("  -a     all of it all\n      --json  rows", 18) ==
        "  -a     all of it\n         all\n      --json  rows");
  CHECK(wrap_lines("  -a     all of it", 12) == "  -a     all\n      of it");
  CHECK(wrap_lines("  -a     all of it", 11) == "  -a\nall of it");
  CHECK(wrap_lines("incomprehensibilities of", 8) == "incomprehensibilities\nof");
  CHECK(wrap_lines("ö ö ö ö", 5) == "ö ö ö\nö");
  CHECK(wrap_lines("", 8).empty());
}

TEST_CASE("UTF-8 is told from other bytes", "[base]") {
  CHECK(weir::is_utf8(""));
  CHECK(weir::is_utf8("plain ascii, long enough for the fast path"));
  CHECK(weir::is_utf8("é € 😀"));
  CHECK_FALSE(weir::is_utf8("\xc0\x80"));
  CHECK_FALSE(weir::is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(weir::is_utf8("\xf4\x90\x80\x80"));
  CHECK_FALSE(weir::is_utf8("12345678\xff"));
  CHECK_FALSE(weir::is_utf8("\xe2\x82"));
}

TEST_CASE("counting, slicing and replacing agree with a plain reading", "[base]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 5000; ++i) {
    const std::string text = random.text(kBytes, 20) + random.text("ascii", 12);
    const auto characters = naive_characters(text);
    if (weir::count_code_points(text) != characters.size()) FAIL(weir::quote_word(text));
    const size_t from = random.below(24);
    const size_t to = random.below(30);
    std::string expected;
    for (size_t k = from; k < std::min(to, characters.size()); ++k) expected += characters[k];
    if (weir::slice_code_points(text, from, to) != expected) FAIL(weir::quote_word(text));
    const bool valid = weir::is_utf8(text);
    if ((weir::to_valid_utf8(text) == text) != valid) FAIL(weir::quote_word(text));
    if (!weir::is_utf8(weir::to_valid_utf8(text))) FAIL(weir::quote_word(text));
  }
}

TEST_CASE("every code point is encoded and decoded", "[base]") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    weir::append_utf8(text, c);
    const weir::CodePoint back = weir::decode_code_point(text, 0);
    if (!back.valid || back.value != c || back.size != text.size()) FAIL(static_cast<uint32_t>(c));
  }
}

TEST_CASE("the width of text is in terminal columns", "[base]") {
  CHECK(weir::display_width("abc") == 3);
  CHECK(weir::display_width("日本") == 4);
  CHECK(weir::display_width("e\u0301") == 1);
  CHECK(weir::display_width("a\x1b"
                            "b\n") == 2);
  CHECK(weir::display_width("\xff") == 1);
}

TEST_CASE("letter case changes for the first or for all characters", "[base]") {
  CHECK(weir::upper_first("éa b") == "Éa b");
  CHECK(weir::upper_all("añ π1\xff") == "AÑ Π1\xff");
  CHECK(weir::lower_first("ÉA") == "éA");
  CHECK(weir::lower_all("ÀÉ Z") == "àé z");
  CHECK(weir::upper_first("").empty());
}

TEST_CASE("base64 is as RFC 4648 says and strict", "[base]") {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : rows) {
    CHECK(weir::base64_encode(bytes) == text);
    CHECK(weir::base64_decode(text) == bytes);
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9v",
                          "Zm9v\n", "=m9v", "Zm-_"}) {
    CAPTURE(bad);
    CHECK_FALSE(weir::base64_decode(bad));
  }
  weir::test::Random random;
  CAPTURE(random.seed());
  for (int i = 0; i < 2000; ++i) {
    const std::string bytes = random.text(kBytes, 20);
    if (weir::base64_decode(weir::base64_encode(bytes)) != bytes) FAIL(weir::quote_word(bytes));
  }
}

TEST_CASE("a word is quoted no more than it needs", "[base]") {
  const std::pair<const char*, const char*> rows[] = {
      {"", "''"},
      {"plain-1.0/x:y=z@a%b+c,d", "plain-1.0/x:y=z@a%b+c,d"},
      {"été", "été"},
      {"a b", "'a b'"},
      {"it's", R"('it'\''s')"},
      {"$x", "'$x'"},
      {"*.c", "'*.c'"},
      {"~", "'~'"},
      {"#", "'#'"},
      {"a\nb", R"($'a\nb')"},
      {"a'\\\t", R"($'a\'\\\t')"},
      {"\xff\x1b", R"($'\xff\e')"},
      {"\u0085", R"($'\xc2\x85')"},
  };
  for (const auto& [text, expected] : rows) CHECK(weir::quote_word(text) == expected);
}

TEST_CASE("durations are read as people write them", "[base]") {
  const std::pair<const char*, std::chrono::nanoseconds> rows[] = {
      {"1", 1s},        {"1.5", 1500ms}, {"200ms", 200ms}, {"5s", 5s},
      {"2m", 2min},     {"1h", 1h},      {"1d", 24h},      {"1h30m", 90min},
      {"0", 0s},        {"0.001", 1ms},  {".5", 500ms},    {"1.5h", 90min},
      {"1h04m", 64min}, {"2d03h", 51h},  {"3us", 3us},     {"7ns", 7ns},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(parse_duration(text) == expected);
  }
  for (const char* bad : {"", "s", "-1", "1x", "1s1h", "1 s", "1e3", "inf", "1..2", "1s1s", "1S"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
  }
  CHECK(parse_duration("5x").error().message ==
        "5x is not a duration; write 30, 1.5, 200ms, 5s, 2m, 1h30m or 1d");
  CHECK(parse_duration("99999999999d").error().kind == weir::ErrorKind::limit);
}

TEST_CASE("durations are printed short, and the print is read back", "[base]") {
  const std::pair<std::chrono::nanoseconds, const char*> rows[] = {
      {0ns, "0ms"},     {350ms, "350ms"}, {1s, "1s"},      {12900ms, "12s"}, {190s, "3m10s"},
      {64min, "1h04m"}, {51h, "2d03h"},   {120s, "2m00s"}, {24h, "1d00h"},
  };
  for (const auto& [duration, text] : rows) {
    CHECK(weir::format_duration(duration) == text);
    CHECK(parse_duration(text));
  }
}

TEST_CASE("sizes are read and printed", "[base]") {
  const std::pair<const char*, uint64_t> rows[] = {
      {"0", 0},
      {"512", 512},
      {"64K", 65536},
      {"10M", 10485760},
      {"1G", 1073741824},
      {"1.5K", 1536},
      {"1KiB", 1024},
      {"1KB", 1000},
      {"3B", 3},
      {"2T", 2199023255552},
      {"1k", 1024},
      {"3mb", 3'000'000},
      {"1gib", 1073741824},
      {"18446744073709551615", UINT64_MAX},
  };
  for (const auto& [text, expected] : rows) CHECK(parse_size(text) == expected);
  for (const char* bad : {"", "K", "-1", "1X", "1 K", "1e3", "0x10"}) CHECK_FALSE(parse_size(bad));
  CHECK(parse_size("99999999999T").error().kind == weir::ErrorKind::limit);
  CHECK(weir::format_size(0) == "0B");
  CHECK(weir::format_size(1023) == "1023B");
  CHECK(weir::format_size(65536) == "64K");
  CHECK(weir::format_size(1572864) == "1.5M");
  CHECK(weir::format_size(1048575) == "1M");
  CHECK(weir::format_size(UINT64_MAX) == "16777216T");
}

TEST_CASE("names a person may have meant are suggested", "[base]") {
  const std::string_view known[] = {"commit", "checkout", "port", "host", "status", "ls", "PATH"};
  const auto best = [&](std::string_view wanted) {
    const auto names = weir::near_names(wanted, known, 1);
    return names.empty() ? std::string() : names[0];
  };
  CHECK(best("comit") == "commit");
  CHECK(best("prot") == "port");
  CHECK(best("chekcout") == "checkout");
  CHECK(best("path") == "PATH");
  CHECK(best("sl") == "ls");
  CHECK(best("x").empty());
  CHECK(best("quit").empty());
  CHECK(best("").empty());
  CHECK(best(std::string(10000, 'a')).empty());
  CHECK(weir::did_you_mean("prot", known) == "; did you mean \"port\"?");
  CHECK(weir::did_you_mean("zzz", known).empty());
}

TEST_CASE("a line that does not fit ends with a sign of it", "[text]") {
  using weir::fit_width;
  CHECK(fit_width("abcd", 4) == "abcd");
  CHECK(fit_width("abcde", 4) == "abc…");
  CHECK(fit_width("ab世界", 6) == "ab世界");
  CHECK(fit_width("ab世界", 5) == "ab世…");
  CHECK(fit_width("ab世界", 4) == "ab…");
  CHECK(fit_width("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  CHECK(fit_width("ab", 1) == "…");
  CHECK(fit_width("ab", 0).empty());
  CHECK(fit_width("", 0).empty());
}

TEST_CASE("what others chose has no control characters, of either set", "[text]") {
  using weir::harmless_lines, weir::one_line;
  const std::string text = "a\x1b]2;x\a\tb\nc\x7f\u009b2Jé\u00a0\x9b";
  CHECK(one_line(text) == "a ]2;x  b c  2Jé\u00a0 ");
  CHECK(harmless_lines(text) == "a ]2;x \tb\nc  2Jé\u00a0 ");
  CHECK(one_line("\xff\xc3") == "\xff\xc3");
}
