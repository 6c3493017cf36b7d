#include "repl/row_writer.h"

#include "base/text.h"
#include "repl/grapheme.h"

namespace weir::repl {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr size_t kTabStop = 8;
constexpr size_t kMaxCombined = 16;  // bytes of what combines with one character

}  // namespace

Row& RowWriter::current() {
  while (rows_.size() <= row_ - first_) rows_.emplace_back();
  return rows_[row_ - first_];
}

void RowWriter::next_row(bool wraps) {
  if (keeps()) current().wraps = wraps;
  ++row_;
  column_ = 0;
}

void RowWriter::add(std::string_view text, int width, const Style& style) {
  if (static_cast<size_t>(width) > columns_) return add(kReplacement, 1, style);
  if (column_ + static_cast<size_t>(width) > columns_) next_row(true);
  if (keeps()) {
    auto& cells = current().cells;
    cells.push_back({std::string(text), style, static_cast<uint8_t>(width)});
    if (width == 2) cells.push_back({{}, style, 0});
  }
  column_ += static_cast<size_t>(width);
  if (column_ == columns_) next_row(true);
}

void RowWriter::combine(std::string_view text) {
  if (!keeps() || column_ == 0) return;
  auto& cells = current().cells;
  Cell& cell = cells.back().width == 0 ? cells[cells.size() - 2] : cells.back();
  if (cell.text.size() + text.size() <= kMaxCombined) cell.text += text;
}

size_t RowWriter::put(std::string_view text, size_t at, const Style& style) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first >= 0x20 && first < 0x7F) {
    add(text.substr(at, 1), 1, style);
    return at + 1;
  }
  if (first == '\n') {
    new_line();
  } else if (first == '\t') {
    do add(" ", 1, style);
    while (column_ % kTabStop != 0);
  } else if (first < 0x20 || first == 0x7F) {
    const char shown[] = {'^', static_cast<char>(first ^ 0x40)};
    add({shown, 1}, 1, style);
    add({shown + 1, 1}, 1, style);
  } else {
    const CodePoint c = decode_code_point(text, at);
    const int width = c.valid && c.value >= 0xA0 ? column_width(c.value) : -1;
    if (width > 0)
      add(text.substr(at, c.size), width, style);
    else if (width == 0)
      combine(text.substr(at, c.size));
    else
      add(kReplacement, 1, style);
    return at + c.size;
  }
  return at + 1;
}

void RowWriter::put_all(std::string_view text, const Style& style) {
  for (size_t i = 0; i < text.size();) i = put(text, i, style);
}

std::vector<Row> RowWriter::take() {
  if (keeps()) current();
  static const Cell kBlank;
  for (Row& row : rows_) {
    while (!row.wraps && !row.cells.empty() && row.cells.back() == kBlank) row.cells.pop_back();
  }
  return std::move(rows_);
}

}  // namespace weir::repl
