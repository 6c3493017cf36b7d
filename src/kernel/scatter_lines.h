// HeldOutput: a worker's output on its way to `gather --lines`.
//
// Held, up to a bound, until all items before it are done; then what is held goes
// to the target and the rest follows as it comes, with the target's backpressure.
// A worker that fills its hold before its turn waits, so nothing is ever dropped.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "scheduler/collector.h"

namespace weir::kernel {

class HeldOutput : public scheduler::OpenFile {
 public:
  /// `stop` ends all waiting here.
  HeldOutput(loop::Loop& loop, scheduler::OpenFilePtr target, size_t hold, loop::CancelToken stop)
      : target_(std::move(target)), hold_(hold), stop_(std::move(stop)), passes_(loop) {}

  loop::ValueTask<Result<void>> write(std::string_view bytes,
                                      const loop::CancelToken& token) override;
  bool takes_rows() const override { return false; }
  Result<int> descriptor() override;

  /// It is this output's turn: passes on what is held, and from then on all.
  /// May be called again: waits until the first call is done. Gives the
  /// first failure of the target.
  loop::Task<Result<void>> open();

 private:
  loop::Task<Result<void>> write_in_turn(std::string_view bytes);
  loop::Task<Result<void>> pass(std::string_view bytes);

  scheduler::OpenFilePtr target_;
  const size_t hold_;
  const loop::CancelToken stop_;
  std::string held_;
  loop::Event passes_;  // set once what was held is through
  bool opening_ = false;
  std::optional<Error> error_;
};

/// Both outputs of one worker.
struct HeldOutputs {
  std::shared_ptr<HeldOutput> out;  // shared: the collectors that write, the gather that opens
  std::shared_ptr<HeldOutput> err;
};

}  // namespace weir::kernel
