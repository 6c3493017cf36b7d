// Cells and frames: what the terminal is to show, as the layout gives it to the screen.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "repl/style.h"

namespace weir::repl {

/// One place of a row. The second column of a wide character is a cell with an empty text.
struct Cell {
  std::string text = " ";  // one character and what combines with it, UTF-8
  Style style;
  uint8_t width = 1;       // 1 or 2; 0 for the second column of a wide one

  friend bool operator==(const Cell&, const Cell&) = default;
};

struct Row {
  // Never more than the terminal has columns; blanks at the end are left out.
  std::vector<Cell> cells;
  bool wraps = false;       // the next row continues it: full, and no line break between

  friend bool operator==(const Row&, const Row&) = default;
};

struct Place {
  size_t row = 0;
  size_t column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Frame {
  std::vector<Row> rows;  // at least one, at most the terminal's
  Place cursor;           // within the rows; its column is less than the terminal's
  std::optional<Place> text_begins;  // the end of the prompt; nothing where that is not in view
};

struct TerminalSize {
  size_t columns = 80;
  size_t rows = 24;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

}  // namespace weir::repl
