#include "scheduler/row_trail.h"

namespace weir::scheduler {

namespace {

constexpr uint64_t kMostPassedOver = 1000;  // then the reader is a program that takes all

}  // namespace

void RowTrail::plan(const Row& row, size_t size) {
  // A piece of an array is no line of its own.
  if (followed_ && row.part == ArrayPart::none) rows_.push_back({planned_, row});
  planned_ += size;
}

bool RowTrail::is_at_row(size_t unread) {
  if (!followed_ || unread > written_) return false;
  const uint64_t position = written_ - unread;
  while (!rows_.empty() && rows_.front().begin < position) {
    rows_.pop_front();
    if (++passed_over_ > kMostPassedOver) {
      stop();
      return false;
    }
  }
  // With nothing unread the reader waits for what is planned there.
  return unread > 0 && !rows_.empty() && rows_.front().begin == position;
}

Row RowTrail::take() {
  Row row = std::move(rows_.front().row);
  rows_.pop_front();
  passed_over_ = 0;
  row.typed = true;
  return row;
}

}  // namespace weir::scheduler
