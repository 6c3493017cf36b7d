// PipeQueue: what a pipe in memory holds: bytes and rows, in the order they came.
//
// Knows nothing of waiting. A row turns into its line where it is read as
// bytes. Used by pipe.cpp only.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "scheduler/open_file.h"

namespace weir::scheduler {

class PipeQueue {
 public:
  bool empty() const { return items_.empty(); }
  /// Bytes held; a row counts by an estimate of its size.
  size_t size() const { return size_; }

  void push(std::string_view bytes);
  /// Not copied.
  void push_owned(std::string bytes);
  void push(Row row);
  /// Puts bytes that were taken back to the front.
  void put_back(std::string bytes);

  /// For a reader of rows: the text at the end of an array is none of its business.
  void drop_array_end();
  bool front_is_row(Arrays arrays = Arrays::are_rows) const;
  /// REQUIRES: front_is_row(Arrays::are_rows).
  Row pop_row();
  /// Up to `max` bytes. REQUIRES: !empty(), max > 0.
  std::string pop_bytes(size_t max);
  /// Which rows pop_line() does not read as text.
  enum class StopAt : uint8_t { nothing, plain_rows, rows };
  /// Moves bytes to `line` up to and with the delimiter, a row as its line; true when it was seen.
  bool pop_line(char delimiter, StopAt stop, std::string& line);
  /// Everything as bytes, rows as lines. The queue stays as it is.
  std::string text() const;
  /// The same in pieces: the bytes between two rows, or one row.
  template <class OnBytes, class OnRow>
  void for_each(OnBytes on_bytes, OnRow on_row) const {
    for (const Item& item : items_) {
      if (item.row)
        on_row(*item.row);
      else
        on_bytes(std::string_view(item.bytes).substr(item.head));
    }
  }
  void clear();

 private:
  struct Item {
    std::string bytes;  // where it is no row
    size_t head = 0;  // bytes before it were taken
    std::optional<Row> row;
    size_t size = 0;  // what it counts for
  };
  static bool stops(const Item& item, StopAt stop);
  void hold(Item& item, std::string bytes);
  void row_to_bytes(Item& item);
  void drop_bytes(Item& item, size_t count);

  std::deque<Item> items_;
  size_t size_ = 0;
};

}  // namespace weir::scheduler
