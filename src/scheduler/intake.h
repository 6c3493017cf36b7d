// Intake: a kernel pipe whose bytes come back into weir, and the coroutine that takes them.
//
// The part of a Collector that begins when a child needs a descriptor. The
// writing end is for children and for what the stage itself writes afterwards;
// the reading end is never given away. Used by collector.cpp only.
#pragma once

#include <functional>
#include <string_view>

#include "base/unique_fd.h"
#include "scheduler/open_file.h"

namespace weir::scheduler {

class Intake {
 public:
  /// Takes bytes over; a failure ends the intake, and writers get a broken pipe.
  using Sink = std::function<ValueTask<Result<void>>(std::string_view, const CancelToken&)>;

  /// `sink` and what it refers to must outlive finish().
  static Result<std::unique_ptr<Intake>> open(Loop& loop, Sink sink);

  /// Another descriptor of the reading end, for who goes on after finish().
  UniqueFd duplicate_reader() const;
  OpenFile& writer() { return *writer_; }

  /// Takes what is in the pipe now. REQUIRES: the sink does not wait.
  void take_now();

  /// As Collector::finish(). Must be awaited once before this is destroyed.
  Task<void> finish(bool until_end, CancelToken token);

 private:
  Intake(Loop& loop, Sink sink) : loop_(loop), sink_(std::move(sink)), tasks_(loop) {}
  Task<void> pump();
  Task<void> take_what_is_there();

  Loop& loop_;
  Sink sink_;
  OpenFilePtr reader_;
  OpenFilePtr writer_;
  loop::CancelSource leave_;  // read no more than is there now
  loop::CancelSource abort_;  // give up, also what waits to be passed on
  loop::TaskGroup tasks_;
};

}  // namespace weir::scheduler
