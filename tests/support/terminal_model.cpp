#include "support/terminal_model.h"

#include <vterm.h>

#include <array>

#include "base/text.h"

namespace weir::test {

namespace {

using repl::Cell;
using repl::Color;
using repl::Place;
using repl::Style;

Color color_of(const VTermColor& color) {
  if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color)) return {};
  if (VTERM_COLOR_IS_INDEXED(&color)) return Color::palette(color.indexed.idx);
  return Color::rgb(color.rgb.red, color.rgb.green, color.rgb.blue);
}

Style style_of(const VTermScreenCell& cell) {
  Style style{color_of(cell.fg), color_of(cell.bg), 0};
  if (cell.attrs.bold) style.attributes |= Style::bold;
  if (cell.attrs.italic) style.attributes |= Style::italic;
  if (cell.attrs.underline) style.attributes |= Style::underline;
  if (cell.attrs.reverse) style.attributes |= Style::reverse;
  if (cell.attrs.strike) style.attributes |= Style::strike;
  return style;
}

std::string text_of(const VTermScreenCell& cell) {
  std::string text;
  for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; ++i)
    append_utf8(text, cell.chars[i]);
  return text.empty() ? " " : text;
}

int keep_scrolled_row(int columns, const VTermScreenCell* cells, void* rows) {
  std::string text;
  for (int i = 0; i < columns; i += cells[i].width == 2 ? 2 : 1) text += text_of(cells[i]);
  static_cast<std::vector<std::string>*>(rows)->push_back(without_end(std::move(text)));
  return 1;
}

VTermPos vterm_place(Place place) {
  return {static_cast<int>(place.row), static_cast<int>(place.column)};
}

constexpr VTermScreenCallbacks kCallbacks{.sb_pushline = keep_scrolled_row};

}  // namespace

std::string without_end(std::string text) {
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

TerminalModel::TerminalModel(repl::TerminalSize size)
    : size_(size), term_(vterm_new(static_cast<int>(size.rows), static_cast<int>(size.columns))) {
  vterm_set_utf8(term_, 1);
  screen_ = vterm_obtain_screen(term_);
  vterm_screen_set_callbacks(screen_, &kCallbacks, &scrolled_);
  vterm_screen_enable_altscreen(screen_, 1);
  vterm_screen_reset(screen_, 1);
}

TerminalModel::~TerminalModel() { vterm_free(term_); }

void TerminalModel::write(std::string_view bytes) {
  vterm_input_write(term_, bytes.data(), bytes.size());
}

void TerminalModel::resize(repl::TerminalSize size) {
  size_ = size;
  vterm_set_size(term_, static_cast<int>(size.rows), static_cast<int>(size.columns));
}

std::string TerminalModel::take_answers() {
  std::array<char, 4096> buffer;
  std::string answers;
  while (const size_t n = vterm_output_read(term_, buffer.data(), buffer.size()))
    answers.append(buffer.data(), n);
  return answers;
}

Place TerminalModel::cursor() const {
  VTermPos at;
  vterm_state_get_cursorpos(vterm_obtain_state(term_), &at);
  return {static_cast<size_t>(at.row), static_cast<size_t>(at.col)};
}

Cell TerminalModel::cell(Place place) const {
  VTermScreenCell cell;
  vterm_screen_get_cell(screen_, vterm_place(place), &cell);
  return {text_of(cell), style_of(cell), static_cast<uint8_t>(cell.width)};
}

std::string TerminalModel::row(size_t index) const {
  std::string text;
  for (size_t column = 0; column < size_.columns;) {
    const Cell found = cell({index, column});
    text += found.text;
    column += found.width == 2 ? 2 : 1;
  }
  return without_end(std::move(text));
}

std::vector<std::string> TerminalModel::rows() const {
  std::vector<std::string> rows;
  for (size_t i = 0; i < size_.rows; ++i) rows.push_back(row(i));
  while (!rows.empty() && rows.back().empty()) rows.pop_back();
  return rows;
}

}  // namespace weir::test
