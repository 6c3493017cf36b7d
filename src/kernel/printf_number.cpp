#include "kernel/printf_number.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "kernel/value_kind.h"

namespace weir::kernel {

namespace {

constexpr uint64_t kMaxSigned = std::numeric_limits<int64_t>::max();

std::string not_a_number(const Value& argument) {
  return fmt::format("{} is not a number", preview(argument));
}

std::string out_of_range(const Value& argument) {
  return fmt::format("{} is out of range", preview(argument));
}

std::string left_over(const Value& argument, std::string_view what, std::string_view rest) {
  return fmt::format("{} is not a {}: {} is left over", preview(argument), what, preview(rest));
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view without_leading_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
  return text;
}

/// 'c and "c: the value of the character after the quote.
std::optional<char32_t> quoted_character(std::string_view text) {
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return std::nullopt;
  return text.size() == 1 ? 0 : decode_code_point(text, 1).value;
}

int take_base(std::string_view& digits) {
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    return 16;
  }
  return digits.size() > 1 && digits[0] == '0' ? 8 : 10;
}

PrintfNumber<PrintfInteger> integer_in_text(const Value& argument, std::string_view text) {
  PrintfNumber<PrintfInteger> number;
  std::string_view digits = without_leading_blanks(text);
  if (digits.starts_with('-') || digits.starts_with('+')) {
    number.value.negative = digits[0] == '-';
    digits.remove_prefix(1);
  }
  const int base = take_base(digits);
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number.value.magnitude, base);
  if (error == std::errc::result_out_of_range) {
    number.value.magnitude = std::numeric_limits<uint64_t>::max();
    number.error = out_of_range(argument);
  } else if (error != std::errc()) {
    number.error = not_a_number(argument);
  } else if (stop != end) {
    number.error = left_over(argument, "whole number", {stop, end});
  }
  return number;
}

PrintfInteger from_int(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  return {value < 0, value < 0 ? 0 - bits : bits};
}

}  // namespace

PrintfNumber<PrintfInteger> printf_integer(const Value& argument) {
  if (argument.is_int()) return {from_int(argument.as_int()), {}};
  if (argument.is_real()) {
    const double d = argument.as_real();
    if (std::trunc(d) == d && std::fabs(d) < 0x1p63) return {from_int(static_cast<int64_t>(d)), {}};
  }
  if (!argument.is_scalar()) return {{}, not_a_number(argument)};
  const std::string text = argument.to_text();
  if (text.empty()) return {};
  if (const auto character = quoted_character(text)) return {{false, *character}, {}};
  return integer_in_text(argument, text);
}

PrintfNumber<int64_t> printf_signed(const Value& argument) {
  auto [integer, error] = printf_integer(argument);
  const uint64_t limit = kMaxSigned + (integer.negative ? 1 : 0);
  if (integer.magnitude > limit) {
    integer.magnitude = limit;
    if (error.empty()) error = out_of_range(argument);
  }
  const uint64_t bits = integer.negative ? 0 - integer.magnitude : integer.magnitude;
  return {static_cast<int64_t>(bits), std::move(error)};
}

PrintfNumber<long double> printf_real(const Value& argument) {
  if (!argument.is_scalar()) return {0, not_a_number(argument)};
  const std::string text = argument.to_text();
  if (text.empty()) return {};
  if (const auto character = quoted_character(text)) {
    return {static_cast<long double>(*character), {}};
  }
  char* stop = nullptr;
  const long double value = std::strtold(text.c_str(), &stop);
  if (stop == text.c_str()) return {0, not_a_number(argument)};
  const auto used = static_cast<size_t>(stop - text.c_str());
  if (used < text.size())
    return {value, left_over(argument, "number", std::string_view(text).substr(used))};
  return {value, {}};
}

namespace {

std::string digits_of(uint64_t magnitude, char conversion) {
  const bool hex = conversion == 'x' || conversion == 'X';
  char buffer[24];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, magnitude,
                                          hex                 ? 16
                                          : conversion == 'o' ? 8
                                                              : 10);
  std::string digits(buffer, end);
  return conversion == 'X' ? upper_all(digits) : digits;
}

std::string sign_of(const PrintfSpec& spec, bool negative) {
  if (negative) return "-";
  return spec.plus ? "+" : spec.space ? " " : "";
}

/// Zeros go between the prefix (sign, 0x) and the digits, blanks outside.
std::string laid_out(const PrintfSpec& spec, bool zeros, std::string_view prefix,
                     std::string_view digits) {
  const size_t size = prefix.size() + digits.size();
  const size_t fill = spec.width > size ? spec.width - size : 0;
  std::string out;
  out.reserve(size + fill);
  if (!spec.left && !zeros) out.append(fill, ' ');
  out += prefix;
  if (!spec.left && zeros) out.append(fill, '0');
  out += digits;
  if (spec.left) out.append(fill, ' ');
  return out;
}

}  // namespace

std::string layout_integer(const PrintfSpec& spec, PrintfInteger number) {
  const bool is_signed = spec.conversion == 'd' || spec.conversion == 'i';
  // u, o and x of a negative number are its 64 bits, as in C.
  const uint64_t magnitude =
      number.negative && !is_signed ? 0 - number.magnitude : number.magnitude;
  std::string digits =
      magnitude == 0 && spec.precision == 0u ? "" : digits_of(magnitude, spec.conversion);
  if (spec.precision && *spec.precision > digits.size()) {
    digits.insert(0, *spec.precision - digits.size(), '0');
  }
  std::string prefix = is_signed ? sign_of(spec, number.negative) : "";
  if (spec.alternate && spec.conversion == 'o' && !digits.starts_with('0')) digits.insert(0, "0");
  if (spec.alternate && magnitude != 0 && spec.conversion == 'x') prefix = "0x";
  if (spec.alternate && magnitude != 0 && spec.conversion == 'X') prefix = "0X";
  return laid_out(spec, spec.zero && !spec.precision, prefix, digits);
}

std::string layout_real(const PrintfSpec& spec, long double number) {
  std::string format = "%";
  if (spec.alternate) format += '#';
  format += spec.precision ? ".*L" : "L";
  format += spec.conversion;
  const long double size = std::fabs(number);
  const auto precision = static_cast<int>(spec.precision.value_or(0));
  const auto print = [&](char* out, size_t room) {
    return spec.precision ? std::snprintf(out, room, format.c_str(), precision, size)
                          : std::snprintf(out, room, format.c_str(), size);
  };
  const int length = print(nullptr, 0);
  if (length < 0) return {};
  std::string digits(static_cast<size_t>(length), '\0');
  print(digits.data(), digits.size() + 1);
  std::string prefix = sign_of(spec, std::signbit(number));
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    prefix += digits.substr(0, 2);
    digits.erase(0, 2);
  }
  return laid_out(spec, spec.zero && std::isfinite(number), prefix, digits);
}

std::string padded(const PrintfSpec& spec, std::string text) {
  // Bytes are no fewer than characters: most texts need no count.
  if (spec.width == 0) return text;
  const size_t size = count_code_points(text);
  if (size < spec.width) text.insert(spec.left ? text.size() : 0, spec.width - size, ' ');
  return text;
}

}  // namespace weir::kernel
