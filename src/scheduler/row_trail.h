// RowTrail: which typed rows went as text into a kernel pipe, and where in it.
//
// When a child reads from a pipe, its rows become lines. The shell may read on after the child:
// what is left of a row's line then tells that the reader stands at its beginning, so the row is
// given with its type. That can be told while weir alone writes; it is followed from the moment
// the pipe turns into one of the kernel. Knows no descriptors. Used by pipe.cpp only.
#pragma once

#include <cstdint>
#include <deque>

#include "scheduler/row.h"

namespace weir::scheduler {

class RowTrail {
 public:
  void follow() { followed_ = true; }
  /// Somebody else writes, or nobody here reads: from now on all is text.
  void stop() {
    followed_ = false;
    rows_.clear();
  }
  bool is_followed() const { return followed_; }

  /// The next `size` bytes to be written are the row's line, or just text.
  void plan(const Row& row, size_t size);
  void plan(size_t size) { planned_ += size; }
  /// They have been written.
  void written(size_t size) { written_ += size; }

  /// Whether the reader stands in front of a row; `unread` bytes are in the pipe.
  bool is_at_row(size_t unread);
  /// REQUIRES: is_at_row().
  Row take();

 private:
  struct Placed {
    uint64_t begin;
    Row row;
  };

  std::deque<Placed> rows_;
  uint64_t planned_ = 0;
  uint64_t written_ = 0;
  uint64_t passed_over_ = 0;  // rows that others have read since the shell took one
  bool followed_ = false;
};

}  // namespace weir::scheduler
