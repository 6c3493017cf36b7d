// Durations and sizes as people write them.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace weir {

namespace {

using std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  double scale;
};

constexpr Unit kDurationUnits[] = {{"ns", 1},   {"us", 1e3},   {"ms", 1e6},   {"s", 1e9},
                                   {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}};

constexpr double kKibi = 1024;
constexpr Unit kSizeUnits[] = {
    {"", 1},
    {"B", 1},
    {"K", kKibi},
    {"M", kKibi* kKibi},
    {"G", kKibi* kKibi* kKibi},
    {"T", kKibi* kKibi* kKibi* kKibi},
    {"KIB", kKibi},
    {"MIB", kKibi* kKibi},
    {"GIB", kKibi* kKibi* kKibi},
    {"TIB", kKibi* kKibi* kKibi* kKibi},
    {"KB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
};

/// Digits with at most one point, at the front of `text`, which it shortens.
std::optional<double> take_number(std::string_view& text) {
  const size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, number);
  if (error != std::errc() || stop != text.data() + end) return std::nullopt;
  text.remove_prefix(end);
  return number;
}

std::string_view take_letters(std::string_view& text) {
  const size_t end = std::min(text.find_first_of("0123456789."), text.size());
  const std::string_view letters = text.substr(0, end);
  text.remove_prefix(end);
  return letters;
}

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

/// In both cases: dd writes 64k and 1M, ls and df 64K.
const Unit* find_size_unit(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return find_unit(kSizeUnits, upper);
}

/// The parts of "1h30m", each of a smaller unit than the one before.
std::optional<double> sum_of_parts(std::string_view text) {
  double sum = 0;
  double last_scale = INFINITY;
  do {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const Unit* unit = find_unit(kDurationUnits, take_letters(text));
    if (!unit || unit->scale >= last_scale) return std::nullopt;
    last_scale = unit->scale;
    sum += *number * unit->scale;
  } while (!text.empty());
  return sum;
}

std::optional<double> duration_in_ns(std::string_view text) {
  std::string_view rest = text;
  if (const auto seconds = take_number(rest); seconds && rest.empty()) return *seconds * 1e9;
  return sum_of_parts(text);
}

}  // namespace

Result<nanoseconds> parse_duration(std::string_view text) {
  const auto ns = duration_in_ns(text);
  if (!ns) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is not a duration; write 30, 1.5, 200ms, 5s, 2m, 1h30m or 1d",
                            quote_word(text)));
  }
  if (*ns >= static_cast<double>(nanoseconds::max().count())) {
    return fail(ErrorKind::limit, fmt::format("{} is too long a duration", quote_word(text)));
  }
  return nanoseconds(std::llround(*ns));
}

std::string format_duration(nanoseconds duration) {
  using namespace std::chrono;
  if (duration < 1s) return fmt::format("{}ms", duration_cast<milliseconds>(duration).count());
  const auto seconds = duration_cast<std::chrono::seconds>(duration).count();
  const auto minutes = seconds / 60;
  const auto hours = minutes / 60;
  if (minutes == 0) return fmt::format("{}s", seconds);
  if (hours == 0) return fmt::format("{}m{:02}s", minutes, seconds % 60);
  if (hours < 24) return fmt::format("{}h{:02}m", hours, minutes % 60);
  return fmt::format("{}d{:02}h", hours / 24, hours % 24);
}

Result<uint64_t> parse_size(std::string_view text) {
  std::string_view rest = text;
  // Whole numbers of bytes stay exact beyond 2^53.
  uint64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(text.begin(), text.end(), whole);
      error == std::errc() && stop == text.end()) {
    return whole;
  }
  const auto number = take_number(rest);
  const Unit* unit = number ? find_size_unit(rest) : nullptr;
  if (!unit) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is not a size; write 512, 64K, 10M or 1.5G", quote_word(text)));
  }
  const double bytes = *number * unit->scale;
  if (bytes >= 0x1p64) {
    return fail(ErrorKind::limit, fmt::format("{} is too large a size", quote_word(text)));
  }
  return static_cast<uint64_t>(bytes);
}

std::string format_size(uint64_t bytes) {
  constexpr std::string_view letters = "KMGT";
  auto size = static_cast<double>(bytes);
  if (size < kKibi) return fmt::format("{}B", bytes);
  size_t letter = 0;
  // 1023.95 would be printed as 1024.0.
  for (size /= kKibi; size >= kKibi - 0.05 && letter + 1 < letters.size(); ++letter) size /= kKibi;
  std::string text = fmt::format("{:.1f}", size);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + letters[letter];
}

}  // namespace weir
