#include "base/escape.h"

namespace weir {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

EscapeNumber take_digits(std::string_view text, size_t at, int base, size_t most) {
  EscapeNumber number{0, at};
  while (number.end < text.size() && number.end < at + most &&
         digit_value(text[number.end]) < base) {
    number.value = number.value * static_cast<uint32_t>(base) +
                   static_cast<uint32_t>(digit_value(text[number.end]));
    ++number.end;
  }
  return number;
}

char letter_escape(char c) {
  constexpr std::string_view kLetters = "abeEfnrtv\\";
  constexpr std::string_view kMeanings = "\a\b\x1b\x1b\f\n\r\t\v\\";
  const size_t at = kLetters.find(c);
  return at == kLetters.npos ? '\0' : kMeanings[at];
}

}  // namespace weir
