// Random numbers for property tests: a seed per test case, printed on failure,
// so that a failing run can be repeated with WEIR_TEST_SEED=N.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace weir::test {

class Random {
 public:
  Random() : Random(pick_seed()) {}
  explicit Random(uint32_t seed) : seed_(seed), engine_(seed) {}

  uint32_t seed() const { return seed_; }
  /// In [0, bound). REQUIRES: bound > 0.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(engine_() % bound); }
  bool one_in(uint32_t n) { return below(n) == 0; }
  char pick(std::string_view letters) {
    return letters[below(static_cast<uint32_t>(letters.size()))];
  }
  /// Up to `max` letters.
  std::string text(std::string_view letters, uint32_t max) {
    std::string out(below(max + 1), ' ');
    for (char& c : out) c = pick(letters);
    return out;
  }
  uint64_t bits() { return engine_(); }

 private:
  static uint32_t pick_seed() {
    const char* given = std::getenv("WEIR_TEST_SEED");
    return given ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10)) : std::random_device()();
  }

  uint32_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace weir::test
