#include "builtins/line_sorter_support.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "support/random.h"

using namespace weir::builtins;

namespace {

using Lines = std::vector<std::string>;

Lines sorted(const Lines& pieces) {
  LineSorter sorter;
  for (const std::string& piece : pieces) sorter.add(piece);
  sorter.end_text();
  const std::atomic<bool> cancelled = false;
  REQUIRE(sorter.sort(cancelled));
  Lines lines;
  for (size_t i = 0; i < sorter.size(); ++i) lines.emplace_back(sorter.line(i));
  return lines;
}

}  // namespace

TEST_CASE("lines are sorted by their bytes, wherever the text was cut") {
  CHECK(sorted({"b\na", "b\n", "\n", "a"}) == Lines{"", "a", "ab", "b"});
  CHECK(sorted({}).empty());
  CHECK(sorted({"\n\n"}) == Lines{"", ""});
  CHECK(sorted({"\xff\n~\n"}) == Lines{"~", "\xff"});
}

TEST_CASE("a NUL is not the end of a line, and comes first") {
  using namespace std::string_literals;
  CHECK(sorted({"a\0\na\na\0b\n"s}) == Lines{"a"s, "a\0"s, "a\0b"s});
}

TEST_CASE("what all lines begin with alike does not matter") {
  CHECK(sorted({"item 0000000010\nitem 0000000002\nitem 0000000001\n"}) ==
        Lines{"item 0000000001", "item 0000000002", "item 0000000010"});
  CHECK(sorted({"same\nsame\nsam\n"}) == Lines{"sam", "same", "same"});
}

TEST_CASE("a line may be longer than a block") {
  const std::string large(3'000'000, 'x');
  CHECK(sorted({"y\n", large, "\na\n"}) == Lines{"a", large, "y"});
}

TEST_CASE("any lines are sorted as the standard library does") {
  weir::test::Random random;
  INFO("seed " << random.seed());
  for (int round = 0; round < 200; ++round) {
    Lines lines;
    std::string text;
    for (uint64_t count = random.below(50); count > 0; --count) {
      std::string line = random.below(2) == 0 ? "prefix" : "";
      for (uint64_t size = random.below(20); size > 0; --size)
        line += static_cast<char>("\0ab\xff"[random.below(4)]);
      text += line + '\n';
      lines.push_back(std::move(line));
    }
    Lines pieces;
    while (!text.empty()) {
      const size_t size = std::min<size_t>(text.size(), 1 + random.below(30));
      pieces.push_back(text.substr(0, size));
      text.erase(0, size);
    }
    std::ranges::sort(lines);
    REQUIRE(sorted(pieces) == lines);
  }
}

TEST_CASE("sorting can be cancelled") {
  LineSorter sorter;
  sorter.add("b\na\n");
  const std::atomic<bool> cancelled = true;
  CHECK_FALSE(sorter.sort(cancelled));
}
