#include "repl/completion_menu.h"

#include <fmt/format.h>

#include <algorithm>

#include "repl/grapheme.h"

namespace weir::repl {

namespace {

constexpr size_t kMaxRows = 12;
constexpr size_t kGap = 2;
constexpr Style kDescription{.foreground = Color::palette(8)};

const std::string& label_of(const Candidate& candidate) {
  return candidate.label.empty() ? candidate.text : candidate.label;
}

std::string padded(const std::string& label, size_t width) {
  const size_t columns = columns_of(label);
  return columns < width ? label + std::string(width - columns, ' ') : label;
}

Style label_style(bool is_chosen) {
  return Style{.attributes = static_cast<uint8_t>(is_chosen ? Style::reverse : 0)};
}

}  // namespace

std::string common_prefix(const std::vector<Candidate>& candidates) {
  if (candidates.empty()) return {};
  std::string_view prefix = candidates[0].text;
  for (const Candidate& candidate : candidates) {
    const auto [end, other] = std::ranges::mismatch(prefix, candidate.text);
    prefix = prefix.substr(0, static_cast<size_t>(end - prefix.begin()));
  }
  return std::string(prefix.substr(0, grapheme_boundary(candidates[0].text, prefix.size())));
}

void CompletionMenu::move(int by) {
  const auto count = static_cast<int>(completions_.candidates.size());
  const int from = chosen_ ? static_cast<int>(*chosen_) : (by > 0 ? -1 : 0);
  chosen_ = static_cast<size_t>(((from + by) % count + count) % count);
}

void CompletionMenu::move_row(int by) {
  if (!chosen_) return move(by > 0 ? 1 : -1);
  const auto to =
      static_cast<std::ptrdiff_t>(*chosen_) + by * static_cast<std::ptrdiff_t>(per_row_);
  if (to >= 0 && to < static_cast<std::ptrdiff_t>(completions_.candidates.size()))
    chosen_ = static_cast<size_t>(to);
}

void CompletionMenu::move_page(int by) {
  const auto last = static_cast<std::ptrdiff_t>(completions_.candidates.size()) - 1;
  const auto from = static_cast<std::ptrdiff_t>(chosen_.value_or(0));
  const auto step = static_cast<std::ptrdiff_t>(rows_shown_ * per_row_);
  chosen_ = static_cast<size_t>(std::clamp<std::ptrdiff_t>(from + by * step, 0, last));
}

std::vector<StyledLine> CompletionMenu::rows_with_descriptions(size_t columns, size_t height) {
  const auto& all = completions_.candidates;
  const size_t end = std::min(all.size(), top_ + height);
  size_t width = 0;
  for (size_t i = top_; i < end; ++i) width = std::max(width, columns_of(label_of(all[i])));
  width = std::min(width, columns * 2 / 3);
  std::vector<StyledLine> lines;
  for (size_t i = top_; i < end; ++i) {
    lines.push_back({{padded(label_of(all[i]), width), label_style(chosen_ == i)},
                     {"  " + all[i].description, kDescription}});
  }
  return lines;
}

std::vector<StyledLine> CompletionMenu::grid(size_t columns, size_t height) {
  const auto& all = completions_.candidates;
  size_t width = 1;
  for (const Candidate& candidate : all) width = std::max(width, columns_of(label_of(candidate)));
  per_row_ = std::max<size_t>(1, (columns + kGap) / (width + kGap));
  const size_t first = top_ * per_row_;
  std::vector<StyledLine> lines;
  for (size_t i = first; i < std::min(all.size(), first + height * per_row_); ++i) {
    if ((i - first) % per_row_ == 0) lines.emplace_back();
    lines.back().push_back({padded(label_of(all[i]), width), label_style(chosen_ == i)});
    lines.back().push_back({std::string(kGap, ' '), {}});
  }
  return lines;
}

std::vector<StyledLine> CompletionMenu::lines(TerminalSize size) {
  const auto& all = completions_.candidates;
  const bool described =
      std::ranges::any_of(all, [](const Candidate& c) { return !c.description.empty(); });
  const size_t height = std::clamp<size_t>(size.rows / 2, 1, kMaxRows);
  if (described)
    per_row_ = 1;
  else
    (void)grid(size.columns, 0);  // finds out how many stand in a row
  const size_t rows = (all.size() + per_row_ - 1) / per_row_;
  // The last row tells how many more there are.
  const bool is_cut = rows > height;
  const size_t shown = is_cut && height > 1 ? height - 1 : height;
  rows_shown_ = shown;
  const size_t row = chosen_.value_or(0) / per_row_;
  if (row < top_) top_ = row;
  if (row >= top_ + shown) top_ = row - shown + 1;
  auto lines = described ? rows_with_descriptions(size.columns, shown) : grid(size.columns, shown);
  if (is_cut && height > 1) {
    const size_t more = rows - std::min(rows, top_ + shown);
    lines.push_back({{more > 0 ? fmt::format("{} more rows", more) : "the end", kDescription}});
  }
  return lines;
}

}  // namespace weir::repl
