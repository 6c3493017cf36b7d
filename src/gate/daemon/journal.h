// Journal: the loop's side of the store: what is to be written, in order, without waiting.
//
// Owned by the server. Operations are gathered and written by one writer on the thread pool, a
// batch a transaction. Who must not go on before a row is on disk awaits commit(); a disk that
// hangs holds nobody for longer than a quarter of a second.
#pragma once

#include <functional>
#include <memory>

#include "gate/request.h"
#include "gate/store.h"
#include "loop/loop.h"

namespace weir::gate::daemon {

class Journal {
 public:
  Journal(loop::Loop& loop, std::unique_ptr<Store> store);

  void add(StoreOperation operation);
  /// The same, and it is on disk (or the disk hangs) when this ends.
  loop::Task<void> commit(StoreOperation operation);
  /// An event with the time and the next id. `on_event` hears of it at once.
  void event(std::string kind, std::uint64_t subject, Record data = {});

  /// On the thread pool, when what was added before is on disk (or the disk hangs). `query` must
  /// not touch the loop.
  loop::Task<void> ask(std::function<void(Store&)> query);
  Store& store() { return *store_; }
  std::uint64_t last_event() const { return last_event_; }

  std::function<void(const AddEvent&)> on_event = [](const AddEvent&) {};

  /// Writes until stop(), then what is left.
  loop::Task<void> run();
  void stop();

 private:
  loop::Task<void> write_all();

  loop::Loop& loop_;
  std::unique_ptr<Store> store_;
  std::vector<StoreOperation> queue_;
  std::uint64_t added_ = 0;    // operations so far
  std::uint64_t written_ = 0;  // of those
  std::uint64_t last_event_ = 0;
  loop::Event wanted_;
  loop::Event progressed_;
  bool stopping_ = false;
};

/// Milliseconds since 1970, for people: nothing is decided by it.
std::int64_t wall_clock_ms();

}  // namespace weir::gate::daemon
