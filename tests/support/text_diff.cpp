#include "support/text_diff.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace weir::test {

namespace {

// Above this many line pairs only the part that differs is shown, without matching it up.
constexpr size_t kMaxTable = 4'000'000;
constexpr size_t kMaxShown = 60;

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      lines.push_back(visible(text) + "  (no newline at the end)");
      break;
    }
    lines.push_back(visible(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return lines;
}

using LineList = std::vector<std::string>;

// lengths[i][j]: of the longest common subsequence of the rests that begin at i and j.
std::vector<std::vector<uint32_t>> common_lengths(const LineList& a, const LineList& b) {
  std::vector<std::vector<uint32_t>> lengths(a.size() + 1, std::vector<uint32_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      lengths[i][j] =
          a[i] == b[j] ? lengths[i + 1][j + 1] + 1 : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

LineList matched_diff(const LineList& a, const LineList& b) {
  const auto lengths = common_lengths(a, b);
  LineList shown;
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      shown.push_back("  " + a[i]);
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && lengths[i + 1][j] >= lengths[i][j + 1])) {
      shown.push_back("- " + a[i++]);
    } else {
      shown.push_back("+ " + b[j++]);
    }
  }
  return shown;
}

LineList plain_diff(const LineList& a, const LineList& b) {
  size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  LineList shown{"  (" + std::to_string(same) + " equal lines)"};
  for (size_t i = same; i < std::min(a.size(), same + 10); ++i) shown.push_back("- " + a[i]);
  for (size_t i = same; i < std::min(b.size(), same + 10); ++i) shown.push_back("+ " + b[i]);
  return shown;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      shown += "\\n";
    } else if (c == '\t') {
      shown += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\x%02x", byte);
      shown += buffer;
    } else {
      shown += c;
    }
  }
  return shown;
}

std::string text_diff(std::string_view expected, std::string_view found) {
  const LineList a = split_lines(expected);
  const LineList b = split_lines(found);
  const LineList lines = a.size() * b.size() > kMaxTable ? plain_diff(a, b) : matched_diff(a, b);
  std::string text;
  for (size_t i = 0; i < std::min(lines.size(), kMaxShown); ++i) text += "    " + lines[i] + "\n";
  if (lines.size() > kMaxShown) {
    text += "    (" + std::to_string(lines.size() - kMaxShown) + " more lines)\n";
  }
  return text;
}

}  // namespace weir::test
