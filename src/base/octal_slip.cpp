#include "base/octal_slip.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir {

namespace {

std::optional<std::string> in_base(int base, std::string_view digits) {
  const auto is_digit = [&](char c) { return c >= '0' && c < '0' + base; };
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  return fmt::format("{}#{}", base, digits);
}

}  // namespace

std::optional<std::string> octal_slip(std::string_view number) {
  const char prefix = number.size() > 1 ? number[1] : '\0';
  if (prefix == 'b' || prefix == 'B') return in_base(2, number.substr(2));
  if (prefix == 'o' || prefix == 'O') return in_base(8, number.substr(2));
  return in_base(10, number);
}

}  // namespace weir
