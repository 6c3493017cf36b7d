#include "repl/history_search.h"

#include <algorithm>

#include "base/text.h"

namespace weir::repl {

namespace {

constexpr Style kPlain;
constexpr Style kMatch{.foreground = Color::palette(3), .attributes = Style::bold};
constexpr Style kDim{.foreground = Color::palette(8)};
constexpr size_t kMaxShown = 10;
constexpr std::string_view kLabel = "search: ";

bool has_capital(std::string_view text) { return lower_all(text) != text; }

bool same_letter(char a, char b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return lower(a) == lower(b);
}

size_t find_in(const std::string& entry, const std::string& query, bool ignores_case) {
  if (!ignores_case) return entry.find(query);
  const auto at = std::search(entry.begin(), entry.end(), query.begin(), query.end(), same_letter);
  return at == entry.end() && !query.empty() ? std::string::npos
                                             : static_cast<size_t>(at - entry.begin());
}

/// A row has no line breaks.
std::string on_one_row(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "⏎ ";
    else
      out += c;
  }
  return out;
}

}  // namespace

HistorySearch::HistorySearch(std::vector<std::string> entries)
    : entries_(std::move(entries)), next_(entries_.size()) {
  look_for(1);
}

bool HistorySearch::matches(const std::string& entry) const {
  return find_in(entry, query_, ignores_case_) != std::string::npos;
}

void HistorySearch::look_for(size_t count) {
  while (found_.size() < count && next_ > 0) {
    if (matches(entries_[--next_])) found_.push_back(next_);
  }
}

void HistorySearch::set_query(std::string query) {
  query_ = std::move(query);
  ignores_case_ = !has_capital(query_);
  found_.clear();
  next_ = entries_.size();
  chosen_ = top_ = 0;
  look_for(1);
}

void HistorySearch::older() {
  look_for(chosen_ + 2);
  if (chosen_ + 1 < found_.size()) ++chosen_;
}

void HistorySearch::newer() {
  if (chosen_ > 0) --chosen_;
}

const std::string* HistorySearch::chosen() const {
  return chosen_ < found_.size() ? &entries_[found_[chosen_]] : nullptr;
}

StyledLine HistorySearch::line_of(const std::string& entry, bool is_chosen) const {
  const auto style = [&](Style base) {
    if (is_chosen) base.attributes |= Style::reverse;
    return base;
  };
  const size_t at = query_.empty() ? 0 : find_in(entry, query_, ignores_case_);
  const std::string_view text = entry;
  StyledLine line{{is_chosen ? "> " : "  ", kPlain}};
  line.push_back({on_one_row(text.substr(0, at)), style(kPlain)});
  line.push_back({on_one_row(text.substr(at, query_.size())), style(kMatch)});
  line.push_back({on_one_row(text.substr(at + query_.size())), style(kPlain)});
  return line;
}

size_t HistorySearch::cursor_column() const { return kLabel.size() + columns_of(query_); }

std::vector<StyledLine> HistorySearch::lines(size_t rows) {
  const size_t height = std::clamp<size_t>(rows, 1, kMaxShown + 1) - 1;
  if (chosen_ < top_) top_ = chosen_;
  if (height > 0 && chosen_ >= top_ + height) top_ = chosen_ - height + 1;
  look_for(top_ + height);
  std::vector<StyledLine> lines{{{std::string(kLabel), kDim}, {query_, kPlain}}};
  if (found_.empty()) lines[0].push_back({"  (nothing matches)", kDim});
  for (size_t i = top_; i < std::min(found_.size(), top_ + height); ++i)
    lines.push_back(line_of(entries_[found_[i]], i == chosen_));
  return lines;
}

}  // namespace weir::repl
