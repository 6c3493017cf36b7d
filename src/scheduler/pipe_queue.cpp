#include "scheduler/pipe_queue.h"

#include <algorithm>

namespace weir::scheduler {

namespace {

constexpr int kEstimatedDepth = 4;  // deeper values count as nothing: this is an estimate

size_t estimated_size(const Value& value, int depth = 0) {
  size_t size = 16;
  if (value.is_string()) return size + value.as_string().size();
  if (value.is_scalar() || depth == kEstimatedDepth) return size;
  if (value.is_list()) {
    for (const Value& item : value.as_list()) size += estimated_size(item, depth + 1);
  } else {
    for (const auto& [key, item] : value.as_record()) {
      size += key.size() + estimated_size(item, depth + 1);
    }
  }
  return size;
}

}  // namespace

void PipeQueue::push(std::string_view bytes) {
  if (bytes.empty()) return;
  if (items_.empty() || items_.back().row) items_.emplace_back();
  Item& item = items_.back();
  item.bytes += bytes;
  item.size += bytes.size();
  size_ += bytes.size();
}

void PipeQueue::push_owned(std::string bytes) {
  if (!bytes.empty()) hold(items_.emplace_back(), std::move(bytes));
}

void PipeQueue::push(Row row) {
  Item& item = items_.emplace_back();
  item.size = estimated_size(row.value) + row.line.size();
  item.row = std::move(row);
  size_ += item.size;
}

void PipeQueue::put_back(std::string bytes) {
  if (!bytes.empty()) hold(items_.emplace_front(), std::move(bytes));
}

void PipeQueue::hold(Item& item, std::string bytes) {
  item.size = bytes.size();
  item.bytes = std::move(bytes);
  size_ += item.size;
}

void PipeQueue::drop_array_end() {
  while (!items_.empty() && items_.front().row && items_.front().row->part == ArrayPart::end) {
    size_ -= items_.front().size;
    items_.pop_front();
  }
}

bool PipeQueue::front_is_row(Arrays arrays) const {
  return !items_.empty() &&
         stops(items_.front(), arrays == Arrays::are_rows ? StopAt::rows : StopAt::plain_rows);
}

/// The end of an array is no row, so nothing stops at it.
bool PipeQueue::stops(const Item& item, StopAt stop) {
  if (!item.row || stop == StopAt::nothing || item.row->part == ArrayPart::end) return false;
  return stop == StopAt::rows || item.row->part == ArrayPart::none;
}

Row PipeQueue::pop_row() {
  Row row = std::move(*items_.front().row);
  row.typed = true;
  if (row.part == ArrayPart::element) row.line.clear();
  row.was_element = row.part == ArrayPart::element || row.was_element;
  row.part = ArrayPart::none;
  size_ -= items_.front().size;
  items_.pop_front();
  return row;
}

void PipeQueue::row_to_bytes(Item& item) {
  append_row_line(item.bytes, *item.row);
  item.row.reset();
  size_ += item.bytes.size() - item.size;
  item.size = item.bytes.size();
}

/// From the front item.
void PipeQueue::drop_bytes(Item& item, size_t count) {
  item.head += count;
  item.size -= count;
  size_ -= count;
  if (item.head == item.bytes.size()) items_.pop_front();
}

std::string PipeQueue::pop_bytes(size_t max) {
  Item& item = items_.front();
  if (item.row) row_to_bytes(item);
  const size_t count = std::min(max, item.size);
  if (item.head == 0 && count == item.size) {
    std::string all = std::move(item.bytes);
    size_ -= count;
    items_.pop_front();
    return all;
  }
  std::string part = item.bytes.substr(item.head, count);
  drop_bytes(item, count);
  return part;
}

bool PipeQueue::pop_line(char delimiter, StopAt stop, std::string& line) {
  while (!items_.empty()) {
    Item& item = items_.front();
    if (stops(item, stop)) return false;
    if (item.row) row_to_bytes(item);
    const size_t at = item.bytes.find(delimiter, item.head);
    const bool found = at != std::string::npos;
    const size_t count = found ? at + 1 - item.head : item.size;
    line.append(item.bytes, item.head, count);
    drop_bytes(item, count);
    if (found) return true;
  }
  return false;
}

std::string PipeQueue::text() const {
  std::string all;
  for (const Item& item : items_) {
    if (item.row)
      append_row_line(all, *item.row);
    else
      all.append(item.bytes, item.head);
  }
  return all;
}

void PipeQueue::clear() {
  items_.clear();
  size_ = 0;
}

}  // namespace weir::scheduler
