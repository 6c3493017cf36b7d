// The numbers of printf: reading arguments and laying out digits. For
// printf_format.cpp only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"

namespace weir::kernel {

/// %[flags][width][.precision]conversion, with the stars filled in.
struct PrintfSpec {
  bool left = false;       // -
  bool plus = false;       // +
  bool space = false;      // blank
  bool alternate = false;  // #
  bool zero = false;       // 0
  size_t width = 0;
  std::optional<size_t> precision;
  char conversion = 0;
  std::string_view time_format;  // of %(…)T
};

/// What could be read of an argument, and why that is not all of it.
template <class T>
struct PrintfNumber {
  T value{};
  std::string error;  // empty: all is well
};

struct PrintfInteger {
  bool negative = false;
  uint64_t magnitude = 0;
};

/// Decimal, 0x…, 0…, or 'c for the code point of a character. Empty text is 0.
PrintfNumber<PrintfInteger> printf_integer(const Value& argument);
/// The same held to the range of a signed 64-bit number.
PrintfNumber<int64_t> printf_signed(const Value& argument);
/// As strtold(3) reads it.
PrintfNumber<long double> printf_real(const Value& argument);

/// d i u o x X. REQUIRES: the magnitude fits the conversion.
std::string layout_integer(const PrintfSpec& spec, PrintfInteger number);
/// f F e E g G a A.
std::string layout_real(const PrintfSpec& spec, long double number);
/// Blanks up to the width, counted in characters.
std::string padded(const PrintfSpec& spec, std::string text);

}  // namespace weir::kernel
