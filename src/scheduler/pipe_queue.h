// PipeQueue: what a pipe in memory holds: bytes and rows, in the order they came.
//
// Knows nothing of waiting. A row turns into its line where it is read as
// bytes. Used by pipe.cpp only.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/value.h"

namespace weir::scheduler {

class PipeQueue {
 public:
  bool empty() const { return items_.empty(); }
  /// Bytes held; a row counts by an estimate of its size.
  size_t size() const { return size_; }

  void push(std::string_view bytes);
  /// `line`: what the row becomes as bytes, with its newline; empty for the usual.
  void push(Value row, std::string line = {});
  /// Puts bytes that were taken back to the front.
  void put_back(std::string bytes);

  bool front_is_row() const { return !items_.empty() && items_.front().is_row; }
  /// REQUIRES: front_is_row().
  Value pop_row();
  /// Up to `max` bytes. REQUIRES: !empty(), max > 0.
  std::string pop_bytes(size_t max);
  /// Moves bytes to `line` up to and with the delimiter, a row as its line; true when it was
  /// seen. Where `stop_at_row` only the bytes in front of the next row.
  bool pop_line(char delimiter, bool stop_at_row, std::string& line);
  /// Everything as bytes, rows as lines. The queue stays as it is.
  std::string text() const;
  void clear();

 private:
  struct Item {
    std::string bytes;  // of a row: its line, where that is not the usual one
    size_t head = 0;  // bytes before it were taken
    Value row;
    bool is_row = false;
    size_t size = 0;  // what it counts for
  };
  void row_to_bytes(Item& item);
  void drop_bytes(Item& item, size_t count);

  std::deque<Item> items_;
  size_t size_ = 0;
};

}  // namespace weir::scheduler
