#include "gate/daemon/journal.h"

#include <chrono>

namespace weir::gate::daemon {

namespace {

constexpr Duration kCommitLimit{250};

/// Triggers a source when the time is over, unless stopped before.
loop::Task<void> cancel_after(loop::Loop& loop, loop::CancelSource& source,
                              loop::CancelToken stop) {
  if (co_await loop::sleep_for(loop, kCommitLimit, stop)) source.cancel();
}

}  // namespace

std::int64_t wall_clock_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Journal::Journal(loop::Loop& loop, std::unique_ptr<Store> store)
    : loop_(loop), store_(std::move(store)), wanted_(loop), progressed_(loop) {
  last_event_ = store_->last_event();
}

void Journal::add(StoreOperation operation) {
  queue_.push_back(std::move(operation));
  ++added_;
  wanted_.set();
}

loop::Task<void> Journal::commit(StoreOperation operation) {
  add(std::move(operation));
  return write_all();
}

/// What has been added so far.
loop::Task<void> Journal::write_all() {
  if (written_ == added_) co_return;
  const std::uint64_t mine = added_;
  loop::CancelSource late;
  loop::CancelSource done;
  loop::TaskGroup timer(loop_);
  timer.start(cancel_after(loop_, late, done.token()));
  while (written_ < mine) {
    if (!co_await progressed_.wait(late.token())) break;
  }
  done.cancel();
  co_await timer.join();
}

void Journal::event(std::string kind, std::uint64_t subject, Record data) {
  AddEvent event{++last_event_, wall_clock_ms(), std::move(kind), subject, Value(std::move(data))};
  on_event(event);
  add(std::move(event));
}

loop::Task<void> Journal::ask(std::function<void(Store&)> query) {
  co_await write_all();
  co_await loop::run_on_pool(loop_, [this, &query] { query(*store_); });
}

loop::Task<void> Journal::run() {
  for (;;) {
    if (queue_.empty() && stopping_) co_return;
    if (queue_.empty()) {
      wanted_.reset();
      (void)co_await wanted_.wait();
      continue;
    }
    const std::vector<StoreOperation> batch = std::exchange(queue_, {});
    co_await loop::run_on_pool(loop_, [&] { store_->write(batch); });
    written_ += batch.size();
    progressed_.pulse();
  }
}

void Journal::stop() {
  stopping_ = true;
  wanted_.set();
}

}  // namespace weir::gate::daemon
