// GatherSink: in what form gather gives its rows: records, one array, or the outputs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/scatter_settings.h"
#include "scheduler/open_file.h"

namespace weir::kernel {

class GatherSink {
 public:
  virtual ~GatherSink() = default;
  virtual loop::ValueTask<Result<void>> emit(scheduler::GatherRow row) = 0;
  /// No further row just now.
  virtual loop::ValueTask<Result<void>> flush() { return Result<void>{}; }
  /// All rows were emitted.
  virtual loop::Task<Result<void>> finish() = 0;
};

struct GatherFiles {
  scheduler::OpenFilePtr out;
  scheduler::OpenFilePtr err;
};

/// `stop` ends waiting for the reader. `tells_failures`: nobody else does, so --lines names the
/// items that failed on `files.err`.
std::unique_ptr<GatherSink> make_gather_sink(const GatherSettings& settings, GatherFiles files,
                                             bool tells_failures, loop::CancelToken stop);

/// How a person knows an item: its id, name, host or text, in few characters.
std::string item_label(const Value& item);
/// "exit 2", "timed out", "skipped, build failed", "killed KILL".
std::string failure_text(const scheduler::GatherRow& row);

}  // namespace weir::kernel
