#include "repl/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace weir::repl {

namespace {

constexpr std::string_view kBeginSynchronized = "\x1b[?2026h";
constexpr std::string_view kEndSynchronized = "\x1b[?2026l";
constexpr std::string_view kEraseBelow = "\x1b[J";
constexpr std::string_view kEraseRight = "\x1b[K";

const Cell& cell_at(const Row& row, size_t column) {
  static const Cell kBlank;
  return column < row.cells.size() ? row.cells[column] : kBlank;
}

/// Terminals agree how wide these are; behind others the column is set anew.
bool has_certain_width(const Cell& cell) {
  if (cell.text.size() == 1) return true;
  const CodePoint c = decode_code_point(cell.text, 0);
  if (c.size != cell.text.size()) return false;
  return c.value < 0x300 || (c.value >= 0x3041 && c.value <= 0x30FF) ||
         (c.value >= 0x4E00 && c.value <= 0x9FFF) || (c.value >= 0xAC00 && c.value <= 0xD7A3);
}

}  // namespace

void Screen::forget() {
  shown_.clear();
  cursor_ = {};
  column_is_known_ = true;
  stale_above_ = 0;
  begins_ = true;
}

void Screen::set_style(const Style& style, std::string& out) {
  if (style == style_) return;
  out += sgr_sequence(style);
  style_ = style;
}

/// Rows that are not there yet come into being by line feeds, which scroll at the bottom.
void Screen::move_to(Place place, std::string& out) {
  auto to = std::back_inserter(out);
  if (place.row < cursor_.row) fmt::format_to(to, "\x1b[{}A", cursor_.row - place.row);
  const size_t last = shown_.empty() ? 0 : shown_.size() - 1;
  const size_t known = std::min(place.row, std::max(last, cursor_.row));
  if (known > cursor_.row) fmt::format_to(to, "\x1b[{}B", known - cursor_.row);
  for (size_t row = std::max(known, cursor_.row); row < place.row; ++row) {
    out += "\r\n";
    cursor_.column = 0;
    column_is_known_ = true;
    shown_.emplace_back();
  }
  if (!column_is_known_ || place.column != cursor_.column) {
    if (place.column == 0)
      out += '\r';
    else
      fmt::format_to(to, "\x1b[{}G", place.column + 1);
  }
  cursor_ = place;
  column_is_known_ = true;
}

/// Writes the cells [begin, end) of a row.
void Screen::paint_cells(size_t index, const Row& row, size_t begin, size_t end, std::string& out) {
  move_to({index, begin}, out);
  for (size_t column = begin; column < end;) {
    const Cell& cell = cell_at(row, column);
    if (!column_is_known_) move_to({index, column}, out);
    set_style(cell.style, out);
    out += cell.text;
    column += std::max<size_t>(cell.width, 1);
    cursor_.column = column;
    // In the last column the terminal waits with its cursor: only absolute movement is safe.
    column_is_known_ = column < columns_ && has_certain_width(cell);
  }
}

void Screen::paint_row(size_t index, const Row& row, std::string& out) {
  const Row old = index < shown_.size() ? shown_[index].row : Row{};
  const size_t length = std::max(row.cells.size(), old.cells.size());
  const auto differs = [&](size_t column) { return cell_at(row, column) != cell_at(old, column); };
  size_t begin = 0;
  while (begin < length && !differs(begin)) ++begin;
  if (begin == length) return;
  size_t end = length;
  while (end > begin && !differs(end - 1)) --end;
  // No half of a wide character may be written over alone.
  const auto splits = [&](size_t column) {
    return cell_at(row, column).width == 0 || cell_at(old, column).width == 0;
  };
  while (begin > 0 && splits(begin)) --begin;
  while (end < length && splits(end)) ++end;
  if (begin < row.cells.size())
    paint_cells(index, row, begin, std::min(end, row.cells.size()), out);
  if (end > row.cells.size()) {
    move_to({index, row.cells.size()}, out);
    set_style({}, out);
    out += kEraseRight;
  }
  if (begin < columns_ && index < shown_.size()) shown_[index].row = row;
}

/// Where row `index` continues the one above, the terminal shall know it: both are written in one
/// go.
void Screen::join_rows(size_t index, const Frame& frame, std::string& out) {
  const Row& above = frame.rows[index - 1];
  const Row& row = frame.rows[index];
  Shown& shown = shown_[index - 1];
  if (!above.wraps || above.cells.size() < columns_ || row.cells.empty()) {
    shown.is_soft = false;
    return;
  }
  if (shown.is_soft) return;
  const size_t last = columns_ - (above.cells.back().width == 0 ? 2 : 1);
  // Writing would go wrong where the last character is of doubtful width.
  if (!has_certain_width(above.cells[last]) || index >= shown_.size()) return;
  paint_cells(index - 1, above, last, columns_, out);
  set_style(row.cells[0].style, out);
  out += row.cells[0].text;
  cursor_ = {index, std::max<size_t>(row.cells[0].width, 1)};
  column_is_known_ = cursor_.column < columns_ && has_certain_width(row.cells[0]);
  shown_[index - 1].is_soft = true;
}

void Screen::erase_below(size_t count, std::string& out) {
  if (shown_.size() <= count) return;
  move_to({count, 0}, out);
  set_style({}, out);
  out += kEraseBelow;
  // The rows are there, empty: moving to them must not scroll. They are forgotten with the frame.
  shown_.resize(count);
}

void Screen::begin_frame(std::string& out) {
  if (stale_above_ > 0) fmt::format_to(std::back_inserter(out), "\x1b[{}A", stale_above_);
  out += "\r\x1b[0m";
  out += kEraseBelow;
  out += options_.prompt_mark;
  stale_above_ = 0;
  begins_ = false;
  style_ = {};
  shown_.emplace_back();
}

/// What stands before the text, and then the mark between them: terminals take what is written
/// behind it for what was typed.
void Screen::paint_prompt(const Frame& frame, std::string& out) {
  if (options_.text_mark.empty()) return;
  const Place end = frame.text_begins.value_or(Place{});  // else all that is in view is text
  for (size_t i = 0; i <= end.row; ++i) {
    Row row = frame.rows[i];
    if (i == end.row) row.cells.resize(std::min(row.cells.size(), end.column));
    if (i > 0) move_to({i, 0}, out);
    paint_row(i, row, out);
    if (i > 0 && i < end.row) join_rows(i, frame, out);
  }
  move_to(end, out);
  set_style({}, out);
  out += options_.text_mark;
}

std::string Screen::paint(const Frame& frame, TerminalSize size) {
  std::string out;
  columns_ = std::max<size_t>(size.columns, 1);
  if (begins_) {
    begin_frame(out);
    paint_prompt(frame, out);
  }
  erase_below(frame.rows.size(), out);
  for (size_t i = 0; i < frame.rows.size(); ++i) {
    if (i >= shown_.size()) move_to({i, 0}, out);
    paint_row(i, frame.rows[i], out);
    if (i > 0) join_rows(i, frame, out);
  }
  move_to(frame.cursor, out);
  set_style({}, out);
  if (out.empty() || !options_.synchronizes) return out;
  return std::string(kBeginSynchronized).append(out).append(kEndSynchronized);
}

std::string Screen::finish() {
  std::string out;
  if (!shown_.empty()) {
    move_to({shown_.size() - 1, 0}, out);
    set_style({}, out);
    out += "\r\n";
  }
  forget();
  return out;
}

std::string Screen::erase() {
  std::string out;
  if (begins_) return out;
  move_to({0, 0}, out);
  set_style({}, out);
  out += kEraseBelow;
  forget();
  return out;
}

std::string Screen::clear_terminal() {
  forget();
  return "\x1b[H\x1b[2J";
}

size_t Screen::rows_above_after_reflow(size_t columns) const {
  size_t above = 0;
  size_t length = 0;  // of the line that the terminal takes for one
  for (size_t i = 0; i < cursor_.row && i < shown_.size(); ++i) {
    length += shown_[i].row.cells.size();
    if (shown_[i].is_soft) continue;
    above += length == 0 ? 1 : (length + columns - 1) / columns;
    length = 0;
  }
  return above + (length + cursor_.column) / columns;
}

void Screen::resized(TerminalSize size) {
  if (begins_) return;
  const size_t columns = std::max<size_t>(size.columns, 1);
  const bool is_rewrapped = options_.reflows && columns != columns_;
  const size_t above = is_rewrapped ? rows_above_after_reflow(columns) : cursor_.row;
  forget();
  stale_above_ = above;
}

}  // namespace weir::repl
