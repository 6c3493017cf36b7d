#include "kernel/brace_range.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace weir::kernel {

namespace {

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0';
}

struct Range {
  int64_t from;
  int64_t to;
  bool letters;
  int width;  // 0: no padding
};

std::optional<Range> read_ends(std::string_view from, std::string_view to) {
  const auto first = whole_number(from);
  const auto last = whole_number(to);
  if (first && last) {
    const bool padded = has_leading_zero(from) || has_leading_zero(to);
    return Range{*first, *last, false,
                 padded ? static_cast<int>(std::max(from.size(), to.size())) : 0};
  }
  if (first || last || from.size() != 1 || to.size() != 1) return std::nullopt;
  return Range{static_cast<unsigned char>(from[0]), static_cast<unsigned char>(to[0]), true, 0};
}

uint64_t magnitude(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  return number < 0 ? 0 - bits : bits;
}

std::string word(const Range& range, int64_t number) {
  if (range.letters) return std::string(1, static_cast<char>(number));
  // The sign counts as one of the padded width: -05.
  return range.width > 0 ? fmt::format("{:0{}}", number, range.width) : fmt::format("{}", number);
}

}  // namespace

Result<std::vector<std::string>> expand_range(std::string_view from, std::string_view to,
                                              int64_t step) {
  const auto range = read_ends(from, to);
  if (!range) {
    return fail(
        ErrorKind::invalid,
        fmt::format("{{{}..{}}}: the ends must be two integers or two characters", from, to));
  }
  const bool down = range->to < range->from;
  const uint64_t stride = step == 0 ? 1 : magnitude(step);
  const uint64_t distance =
      down ? static_cast<uint64_t>(range->from) - static_cast<uint64_t>(range->to)
           : static_cast<uint64_t>(range->to) - static_cast<uint64_t>(range->from);
  const uint64_t last = distance / stride;
  if (last >= kMaxRangeWords) {
    return fail(ErrorKind::limit, fmt::format("{{{}..{}}} has more than {} words; use a loop", from,
                                              to, kMaxRangeWords));
  }
  std::vector<std::string> words;
  words.reserve(last + 1);
  for (uint64_t i = 0; i <= last; ++i) {
    const auto start = static_cast<uint64_t>(range->from);
    const uint64_t offset = i * stride;
    words.push_back(word(*range, static_cast<int64_t>(down ? start - offset : start + offset)));
  }
  return words;
}

}  // namespace weir::kernel
