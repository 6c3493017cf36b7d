#include "scheduler/gather_queue.h"

namespace weir::scheduler {

void GatherQueue::expect(size_t count) {
  if (ordered_) slots_.resize(slots_.size() + count);
}

void GatherQueue::begin(uint64_t index) {
  if (!ordered_) return;
  slot(index).state = State::running;
  tell_next();
}

void GatherQueue::put(GatherRow row) {
  ++held_items_;
  held_bytes_ += row.size();
  if (!ordered_) {
    finished_.push_back(std::move(row));
    return;
  }
  Slot& place = slot(row.index);
  place.state = State::done;
  place.row = std::move(row);
}

void GatherQueue::forget_unbegun() {
  for (Slot& place : slots_) {
    if (place.state == State::expected) place.state = State::gone;
  }
}

bool GatherQueue::has_ready() const {
  if (!ordered_) return !finished_.empty();
  return !slots_.empty() && slots_.front().state >= State::done;
}

std::optional<GatherRow> GatherQueue::pop_ready() {
  while (ordered_ && !slots_.empty() && slots_.front().state == State::gone) {
    slots_.pop_front();
    ++base_;
  }
  if (!has_ready()) return std::nullopt;
  std::optional<GatherRow> row;
  if (ordered_) {
    row = std::move(slots_.front().row);
    slots_.pop_front();
    ++base_;
  } else {
    row = std::move(finished_.front());
    finished_.pop_front();
  }
  return row;
}

void GatherQueue::tell_next() {
  if (!ordered_ || busy_ || slots_.empty() || slots_.front().state != State::running) return;
  if (std::exchange(told_, base_) != base_) host_.item_is_next(base_);
}

void GatherQueue::emitted(size_t size, Result<void> result) {
  --held_items_;
  held_bytes_ -= size;
  unflushed_ = true;
  changed_.pulse();
  if (!result && !error_) error_ = std::move(result.error());
}

ValueTask<bool> GatherQueue::emit_now() {
  if (busy_) return true;
  busy_ = true;
  while (auto row = pop_ready()) {
    const size_t size = row->size();
    if (error_) {
      emitted(size, {});
      continue;
    }
    auto step = host_.emit(std::move(*row));
    if (!step.ready()) return emit_rest(size, step.task());
    emitted(size, step.take());
  }
  busy_ = false;
  tell_next();
  return true;
}

Task<bool> GatherQueue::emit_rest(size_t size, Task<Result<void>> emitting) {
  emitted(size, co_await std::move(emitting));
  busy_ = false;
  co_await deliver();
  co_return true;
}

Task<void> GatherQueue::deliver() {
  if (busy_) co_return;
  busy_ = true;
  while (unflushed_ || has_ready()) {
    while (auto row = pop_ready()) {
      const size_t size = row->size();
      if (error_)
        emitted(size, {});
      else
        emitted(size, co_await host_.emit(std::move(*row)));
    }
    unflushed_ = false;
    if (error_) continue;
    auto flushed = co_await host_.flush();
    if (!flushed) error_ = std::move(flushed.error());
  }
  busy_ = false;
  tell_next();
}

}  // namespace weir::scheduler
