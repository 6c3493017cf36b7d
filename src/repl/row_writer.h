// RowWriter: characters to cells, row by row, wrapping at the last column.
//
// Only rows within a window are kept, so that a long text costs no memory for
// rows that nobody sees. A row that is full is followed by another at once:
// the cursor always has a place.
#pragma once

#include <string_view>

#include "repl/cell.h"

namespace weir::repl {

class RowWriter {
 public:
  /// Keeps the rows [first, first + count). REQUIRES: columns > 0.
  RowWriter(size_t columns, size_t first, size_t count)
      : columns_(columns), first_(first), count_(count) {}

  /// The character at `at` of `text`; gives where the next one begins.
  size_t put(std::string_view text, size_t at, const Style& style);
  void put_all(std::string_view text, const Style& style);
  void new_line() { next_row(false); }

  Place place() const { return {row_, column_}; }
  size_t row_count() const { return row_ + 1; }
  /// The rows kept, without blanks at their ends.
  std::vector<Row> take();

 private:
  void add(std::string_view text, int width, const Style& style);
  void combine(std::string_view text);
  void next_row(bool wraps);
  bool keeps() const { return row_ >= first_ && row_ - first_ < count_; }
  Row& current();

  const size_t columns_;
  const size_t first_;
  const size_t count_;
  size_t row_ = 0;
  size_t column_ = 0;
  std::vector<Row> rows_;
};

}  // namespace weir::repl
