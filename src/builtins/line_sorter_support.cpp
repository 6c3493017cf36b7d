#include "builtins/line_sorter_support.h"

#include <algorithm>
#include <cstring>

namespace weir::builtins {

namespace {

constexpr size_t kBlock = 1024 * 1024;

/// Thrown out of the comparison: nothing else stops std::sort.
struct Cancelled {};

/// Eight bytes as a number of the same order; what is missing counts as NUL.
uint64_t prefix_of(std::string_view text) {
  unsigned char bytes[8] = {};
  const size_t size = std::min<size_t>(text.size(), sizeof bytes);
  if (size > 0) std::memcpy(bytes, text.data(), size);  // of nothing, data() may be null
  uint64_t prefix = 0;
  for (const unsigned char byte : bytes) prefix = prefix << 8 | byte;
  return prefix;
}

}  // namespace

void LineSorter::keep(std::string_view line) {
  if (line.size() > room_) {
    room_ = std::max(kBlock, line.size());
    next_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(room_)).get();
  }
  if (!line.empty()) std::memcpy(next_, line.data(), line.size());
  lines_.push_back({0, next_, line.size()});
  next_ += line.size();
  room_ -= line.size();
}

void LineSorter::add(std::string_view piece) {
  for (;;) {
    const size_t newline = piece.find('\n');
    if (newline == std::string_view::npos) break;
    if (begun_.empty()) {
      keep(piece.substr(0, newline));
    } else {
      begun_ += piece.substr(0, newline);
      keep(begun_);
      begun_.clear();
    }
    piece.remove_prefix(newline + 1);
  }
  begun_ += piece;
}

void LineSorter::end_text() {
  if (begun_.empty()) return;
  keep(begun_);
  begun_.clear();
}

/// How many bytes all lines begin with alike: they decide nothing.
size_t LineSorter::common_beginning() const {
  const std::string_view first = line(0);
  size_t common = first.size();
  for (size_t i = 1; i < lines_.size() && common > 0; ++i) {
    const std::string_view other = line(i);
    common = std::min(common, other.size());
    const auto differs = std::ranges::mismatch(first.substr(0, common), other.substr(0, common));
    common = static_cast<size_t>(differs.in1 - first.begin());
  }
  return common;
}

bool LineSorter::sort(const std::atomic<bool>& cancelled) {
  if (lines_.empty()) return true;
  const size_t common = common_beginning();
  for (size_t i = 0; i < lines_.size(); ++i) lines_[i].prefix = prefix_of(line(i).substr(common));
  const auto less = [&](const Line& a, const Line& b) {
    if (cancelled.load(std::memory_order_relaxed)) throw Cancelled();
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return std::string_view(a.text, a.size).substr(common) <
           std::string_view(b.text, b.size).substr(common);
  };
  try {
    std::sort(lines_.begin(), lines_.end(), less);
  } catch (Cancelled) {
    return false;
  }
  return true;
}

}  // namespace weir::builtins
