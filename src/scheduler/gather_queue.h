// GatherQueue: finished rows on their way to the reader, in order or as they come.
//
// Used by ScatterGatherRunner only. Rows that finished before an older one are
// held; whoever finishes the oldest passes on all that is ready, so there is
// never more than one emission at a time and no coroutine just for it.
#pragma once

#include <deque>
#include <optional>

#include "scheduler/scatter_gather_runner.h"

namespace weir::scheduler {

class GatherQueue {
 public:
  /// Pulses `changed` for each row that was taken. Both must outlive this.
  GatherQueue(ScatterHost& host, loop::Event& changed, bool ordered)
      : host_(host), changed_(changed), ordered_(ordered) {}

  /// Rows with these indices will come. REQUIRES: the next ones, in order.
  void expect(size_t count);
  /// The worker of this row runs.
  void begin(uint64_t index);
  void put(GatherRow row);
  /// Rows that were expected and whose workers never began do not come.
  void forget_unbegun();

  /// Passes on what is ready without flushing: a value at once where the host takes it at once.
  ValueTask<bool> emit_now();
  /// Passes on what is ready and flushes, until nothing is ready.
  Task<void> deliver();
  /// Whether deliver() would do something.
  bool has_work() const { return !busy_ && (unflushed_ || has_ready()); }

  /// Finished rows that were not taken yet.
  size_t held_items() const { return held_items_; }
  size_t held_bytes() const { return held_bytes_; }
  /// Why the host takes no rows any more; from then on rows are dropped.
  const std::optional<Error>& error() const { return error_; }

 private:
  enum class State : uint8_t { expected, running, done, gone };
  struct Slot {
    State state = State::expected;
    GatherRow row;
  };

  Slot& slot(uint64_t index) { return slots_[index - base_]; }
  bool has_ready() const;
  std::optional<GatherRow> pop_ready();
  void emitted(size_t size, Result<void> result);
  Task<bool> emit_rest(size_t size, Task<Result<void>> emitting);
  void tell_next();

  ScatterHost& host_;
  loop::Event& changed_;
  const bool ordered_;
  std::deque<Slot> slots_;         // ordered: from the oldest that was not emitted
  uint64_t base_ = 0;              // index of slots_.front()
  uint64_t told_ = UINT64_MAX;     // the last index of item_is_next
  std::deque<GatherRow> finished_;  // unordered
  size_t held_items_ = 0;
  size_t held_bytes_ = 0;
  bool busy_ = false;       // somebody emits or flushes
  bool unflushed_ = false;
  std::optional<Error> error_;
};

}  // namespace weir::scheduler
