// ItemReader: the items of a scatter: typed rows as they are, of text each line
// that is not blank. Takes large pieces of text at once: it reads to the end.
#pragma once

#include <string>

#include "scheduler/open_file.h"
#include "scheduler/scatter_gather_runner.h"

namespace weir::kernel {

class ItemReader {
 public:
  explicit ItemReader(scheduler::OpenFilePtr file) : file_(std::move(file)) {}

  /// The next item, nothing at the end. Needs no frame while there is one at hand.
  loop::ValueTask<scheduler::RowResult> next(const loop::CancelToken& token);
  /// Lets go of the input: who writes there hears of it.
  void close() { file_.reset(); }

 private:
  loop::Task<scheduler::RowResult> wait_next(loop::CancelToken token);
  std::optional<Value> take_line();
  std::optional<Value> take_rest();

  scheduler::OpenFilePtr file_;
  std::string text_;  // bytes read
  size_t from_ = 0;   // those before it were taken
};

}  // namespace weir::kernel
