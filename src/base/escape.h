// What the escapes of $'…', echo -e and printf have in common: letters and numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

/// The value of a digit in any base up to 16; 99 for what is none.
int digit_value(char c);

struct EscapeNumber {
  uint32_t value = 0;
  size_t end = 0;  // behind its digits
};
/// Up to `most` digits of `base` at `at`.
EscapeNumber take_digits(std::string_view text, size_t at, int base, size_t most);

/// The character that \c stands for, c being a letter or the backslash; 0 for none.
char letter_escape(char c);

}  // namespace weir
