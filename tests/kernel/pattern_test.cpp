#include "kernel/pattern.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/random.h"

using weir::kernel::Pattern;
using weir::kernel::PatternSegment;

namespace {

Pattern compiled(std::string text) {
  const PatternSegment segments[] = {{std::move(text), false}};
  return Pattern::compile(segments);
}

bool matches(std::string pattern, std::string_view text) {
  return compiled(std::move(pattern)).matches(text);
}

/// A matcher by plain backtracking: the model. Letters a, b, *, ?, [ab] and [!a] only.
bool naive(std::string_view p, std::string_view s) {
  if (p.empty()) return s.empty();
  if (p[0] == '*') return naive(p.substr(1), s) || (!s.empty() && naive(p, s.substr(1)));
  if (s.empty()) return false;
  if (p.starts_with("[ab]")) return (s[0] == 'a' || s[0] == 'b') && naive(p.substr(4), s.substr(1));
  if (p.starts_with("[!a]")) return s[0] != 'a' && naive(p.substr(4), s.substr(1));
  return (p[0] == '?' || p[0] == s[0]) && naive(p.substr(1), s.substr(1));
}

std::optional<size_t> naive_prefix(std::string_view p, std::string_view s, bool longest) {
  std::optional<size_t> best;
  for (size_t n = 0; n <= s.size(); ++n) {
    if (naive(p, s.substr(0, n)) && (longest || !best)) best = n;
  }
  return best;
}

std::optional<size_t> naive_suffix(std::string_view p, std::string_view s, bool longest) {
  std::optional<size_t> best;
  for (size_t n = 0; n <= s.size(); ++n) {
    if (naive(p, s.substr(s.size() - n)) && (longest || !best)) best = s.size() - n;
  }
  return best;
}

std::optional<std::pair<size_t, size_t>> naive_find(std::string_view p, std::string_view s,
                                                    size_t from) {
  for (size_t at = from; at <= s.size(); ++at) {
    if (const auto n = naive_prefix(p, s.substr(at), true)) return std::pair(at, at + *n);
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("patterns match whole texts", "[kernel]") {
  const std::tuple<const char*, const char*, bool> rows[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "a/b.c", true},
      {"a*", "abc", true},
      {"*c", "abc", true},
      {"a*c", "ac", true},
      {"a*c", "a", false},
      {"a*a", "a", false},
      {"?", "", false},
      {"?", "é", true},
      {"??", "é", false},
      {"?", "\xff", true},
      {"[a-c]", "b", true},
      {"[a-c]", "d", false},
      {"[!a-c]", "d", true},
      {"[^a-c]", "b", false},
      {"[]]", "]", true},
      {"[!]]", "]", false},
      {"[]-a]", "^", true},
      {"[a-]", "-", true},
      {"[-a]", "-", true},
      {"[a", "[a", true},
      {"[", "[", true},
      {"[!", "[!", true},
      {"[]", "[]", true},
      {"a[b", "a[b", true},
      {"[[:digit:]]", "5", true},
      {"[[:digit:]]", "a", false},
      {"[[:alpha:][:digit:]]*", "x9!", true},
      {"[![:space:]]", " ", false},
      {"[[:alpha:]]", "é", true},
      {"[[:upper:]]", "É", true},
      {"[[:nope:]]", ":]", true},
      {"[[.a.]]", "a", true},
      {"[[=a=]]", "a", true},
      {"[z-a]", "m", false},
      {"[à-é]", "è", true},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"[\\]]", "]", true},
      {"[a\\-z]", "-", true},
      {"[a\\-z]", "m", false},
      {"a\\", "a\\", true},
      {"*.[ch]", "x.c", true},
      {"*.[ch]", "x.cc", false},
      {"**a**", "bab", true},
      {"\xff*", "\xff\xfe", true},
      {"*\xa9", "é", false},
      {"[\xff]", "\xff", true},
      {"[!a]", "\xff", true},
      {"{a,b}", "{a,b}", true},
  };
  for (const auto& [pattern, text, expected] : rows) {
    CAPTURE(pattern, text);
    CHECK(matches(pattern, text) == expected);
  }
}

TEST_CASE("quoted segments are literal", "[kernel]") {
  const PatternSegment star[] = {{"*", true}};
  CHECK(Pattern::compile(star).is_literal());
  CHECK(Pattern::compile(star).literal() == "*");
  const PatternSegment mixed[] = {{"a*", true}, {"*", false}, {"[b]", true}};
  CHECK(Pattern::compile(mixed).matches("a*zz[b]"));
  CHECK_FALSE(Pattern::compile(mixed).matches("azz[b]"));
  const PatternSegment in_set[] = {{"[a", false}, {"]-", true}, {"b]", false}};
  CHECK(Pattern::compile(in_set).matches("]"));
  CHECK(Pattern::compile(in_set).matches("-"));
  CHECK_FALSE(Pattern::compile(in_set).matches("^"));
  const PatternSegment backslash[] = {{"a\\*", true}};
  CHECK(Pattern::compile(backslash).literal() == "a\\*");
}

TEST_CASE("a pattern without acting characters is literal", "[kernel]") {
  CHECK(compiled("abc").is_literal());
  CHECK(compiled("a\\*b").is_literal());
  CHECK(compiled("a\\*b").literal() == "a*b");
  CHECK(compiled("a[b").literal() == "a[b");
  CHECK(compiled("\xff").literal() == "\xff");
  CHECK_FALSE(compiled("a?").is_literal());
  CHECK_FALSE(compiled("[a]").is_literal());
}

TEST_CASE("prefixes and suffixes are found for the trimming expansions", "[kernel]") {
  const std::string path = "/usr/lib/lib.so.1";
  CHECK(compiled("*/").prefix(path, false) == 1);
  CHECK(compiled("*/").prefix(path, true) == 9);
  CHECK(compiled(".*").suffix(path, false) == 15);
  CHECK(compiled(".*").suffix(path, true) == 12);
  CHECK(compiled("/*").suffix(path, false) == 8);
  CHECK(compiled("*").prefix(path, false) == 0);
  CHECK(compiled("*").prefix(path, true) == path.size());
  CHECK(compiled("*").suffix(path, false) == path.size());
  CHECK(compiled("*").suffix(path, true) == 0);
  CHECK_FALSE(compiled("x").prefix(path, false));
  CHECK_FALSE(compiled("x").suffix(path, true));
  CHECK(compiled("?").prefix("éa", false) == 2);
  CHECK(compiled("?").suffix("aé", false) == 1);
  CHECK(compiled("").prefix("a", true) == 0);
}

TEST_CASE("the longest match at the leftmost place is found", "[kernel]") {
  using Place = std::pair<size_t, size_t>;
  CHECK(compiled("b*").find("abcb", 0) == Place(1, 4));
  CHECK(compiled("b").find("abcb", 2) == Place(3, 4));
  CHECK(compiled("a*c").find("xabcac", 0) == Place(1, 6));
  CHECK_FALSE(compiled("z").find("abc", 0));
  CHECK_FALSE(compiled("a").find("abc", 1));
  CHECK(compiled("?").find("éa", 2) == Place(2, 3));
  CHECK(compiled("*").find("ab", 0) == Place(0, 2));
}

TEST_CASE("matching agrees with a backtracking model", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  const std::string_view pieces[] = {"a", "b", "*", "?", "[ab]", "[!a]"};
  for (int i = 0; i < 30000; ++i) {
    std::string pattern;
    for (uint32_t n = random.below(7); n > 0; --n) pattern += pieces[random.below(6)];
    const std::string text = random.text("aabc", 9);
    const Pattern p = compiled(pattern);
    const size_t from = random.below(static_cast<uint32_t>(text.size()) + 1);
    const bool same = p.matches(text) == naive(pattern, text) &&
                      p.prefix(text, false) == naive_prefix(pattern, text, false) &&
                      p.prefix(text, true) == naive_prefix(pattern, text, true) &&
                      p.suffix(text, false) == naive_suffix(pattern, text, false) &&
                      p.suffix(text, true) == naive_suffix(pattern, text, true) &&
                      p.find(text, from) == naive_find(pattern, text, from);
    if (!same) FAIL("pattern " << pattern << " text " << text << " from " << from);
  }
}

TEST_CASE("bytes that are a character together match it, wherever they stand in the pattern",
          "[kernel]") {
  const Pattern apart = compiled("\xc3\\\xa9");
  CHECK(apart.matches("é"));
  CHECK(apart.prefix("éa", true) == 2u);
  CHECK(apart.suffix("aé", true) == 1u);
  CHECK(apart.find("aé", 0) == std::pair<size_t, size_t>(1, 3));
  CHECK(compiled("?\xc3\\\xa9*").matches("aéb"));
  CHECK_FALSE(compiled("\xc3*\xa9").matches("é"));
}

TEST_CASE("any bytes compile and match without harm, and a literal matches itself", "[kernel]") {
  weir::test::Random random;
  CAPTURE(random.seed());
  const std::string letters = "ab*?[]!^-\\:.=\xc3\xa9\xff";
  for (int i = 0; i < 30000; ++i) {
    const std::string pattern = random.text(letters, 14);
    const Pattern p = compiled(pattern);
    const std::string text = random.text("ab[]-\xc3\xa9\xff", 10);
    if (p.is_literal() && !p.matches(p.literal())) FAIL(weir::quote_word(p.literal()));
    const bool whole = p.matches(text);
    const auto longest = p.prefix(text, true);
    const auto shortest = p.suffix(text, false);
    if (whole != (longest == text.size()))
      FAIL(weir::quote_word(pattern) << " " << weir::quote_word(text));
    if (whole && p.suffix(text, true) != 0u)
      FAIL(weir::quote_word(pattern) << " " << weir::quote_word(text));
    if (shortest && !p.matches(text.substr(*shortest)))
      FAIL(weir::quote_word(pattern) << " " << weir::quote_word(text));
    if (const auto found = p.find(text, 0);
        found && !p.matches(text.substr(found->first, found->second - found->first))) {
      FAIL(weir::quote_word(pattern) << " " << weir::quote_word(text));
    }
  }
}

TEST_CASE("hostile patterns and large texts take linear time", "[kernel]") {
  const std::string as(200'000, 'a');
  CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*b", as));
  CHECK_FALSE(matches("*?a?*a?a*[ab]a*?b", as));
  CHECK_FALSE(compiled("*a*a*a*b").find(as, 0));
  CHECK_FALSE(compiled("b*a*a*a").suffix(as, true));
  CHECK(compiled("*a").prefix(as, true) == as.size());
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "*a";
  CHECK(matches(many, as));
}
