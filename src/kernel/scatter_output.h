// WorkerOutput: what a scatter worker writes to one descriptor, kept up to a bound.
//
// Typed rows are kept as values as well, as long as nothing else was written:
// they are the "data" of the worker's row. Small outputs of builtins stay a
// plain string; a child gets a pipe into a BoundedStream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scheduler/collector.h"

namespace weir::kernel {

class WorkerOutput : public scheduler::OpenFile {
 public:
  WorkerOutput(loop::Loop& loop, size_t keep) : loop_(loop), keep_(keep) {}

  loop::ValueTask<Result<void>> write(std::string_view bytes,
                                      const loop::CancelToken& token) override;
  loop::ValueTask<Result<void>> write_row(scheduler::Row row,
                                          const loop::CancelToken& token) override;
  Result<int> descriptor() override;

  /// The worker has ended: what its processes wrote comes in. What they left behind keeps nobody
  /// waiting. REQUIRES: awaited once where needs_finish().
  loop::Task<void> finish();
  bool needs_finish() const { return file_ != nullptr; }

  uint64_t dropped() const;
  /// The end of what it has written so far.
  std::string tail() const;
  std::string take_text();
  /// One row as it is, several as a list; nothing where there was text, or too much.
  std::optional<Value> take_data();

 private:
  void append(std::string_view bytes);
  void become_stream();

  loop::Loop& loop_;
  const size_t keep_;
  std::string text_;  // all, until there is a stream
  std::vector<Value> rows_;
  bool only_rows_ = true;
  std::shared_ptr<scheduler::BoundedStream> stream_;  // shared: file_
  std::shared_ptr<scheduler::Collector> file_;  // shared: as OpenFiles are; once a child writes
};

}  // namespace weir::kernel
