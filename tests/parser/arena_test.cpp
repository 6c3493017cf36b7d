#include "parser/arena.h"

#include <catch2/catch.hpp>

#include <array>
#include <string>

using weir::parser::Arena;

namespace {

struct Node {
  int number;
  double real;
};

}  // namespace

TEST_CASE("nodes stay where they are while the arena grows", "[parser]") {
  Arena arena;
  std::vector<const Node*> nodes;
  for (int i = 0; i < 100'000; ++i) nodes.push_back(arena.make<Node>(i, i / 2.0));
  for (int i = 0; i < 100'000; ++i) REQUIRE(nodes[static_cast<size_t>(i)]->number == i);
  CHECK(arena.bytes() >= 100'000 * sizeof(Node));
}

TEST_CASE("each node lies as its type wants", "[parser]") {
  Arena arena;
  for (int i = 0; i < 100; ++i) {
    (void)arena.make<char>('x');
    CHECK(reinterpret_cast<uintptr_t>(arena.make<Node>(i, 0.0)) % alignof(Node) == 0);
    CHECK(reinterpret_cast<uintptr_t>(arena.make_array<uint64_t>(3)) % alignof(uint64_t) == 0);
  }
}

TEST_CASE("a copy is the arena's own, and of nothing is nothing", "[parser]") {
  Arena arena;
  std::array<int, 3> items{1, 2, 3};
  const auto copy = arena.copy(std::span<const int>(items));
  items.fill(0);
  CHECK(std::vector<int>(copy.begin(), copy.end()) == std::vector<int>{1, 2, 3});
  CHECK(arena.copy(std::span<const int>()).empty());
}

TEST_CASE("one node may be larger than a block", "[parser]") {
  Arena arena;
  (void)arena.make<int>(1);
  char* large = arena.make_chars(10'000'000);
  std::memset(large, 'x', 10'000'000);
  CHECK(*arena.make<int>(2) == 2);
  CHECK(large[9'999'999] == 'x');
}

TEST_CASE("a reset arena uses its memory again", "[parser]") {
  Arena arena;
  for (int round = 0; round < 50; ++round) {
    arena.reset();
    for (int i = 0; i < 1000; ++i) (void)arena.make<Node>(i, 0.0);
  }
  CHECK(arena.bytes() < 50 * 1000 * sizeof(Node));
}
