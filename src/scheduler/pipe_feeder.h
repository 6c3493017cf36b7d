// Feeding a kernel pipe with what a pipe in memory held.
//
// Where that fits, it is written at once. Where it does not, or where more comes
// through an older kernel pipe, a thread of its own writes it and then moves the rest, so
// neither the loop nor the order waits for the reader. Used by pipe.cpp only.
#pragma once

#include <string>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::scheduler {

struct KernelPipe {
  UniqueFd reader;
  UniqueFd writer;
};
Result<KernelPipe> make_kernel_pipe();

/// Writes all of `text` if the fresh pipe takes it without waiting. False: nothing was written.
Result<bool> fill_at_once(const KernelPipe& pipe, std::string_view text);

/// The reading end of a new pipe that gives `text`, then all that comes from `rest` until its end.
Result<UniqueFd> feed(std::string text, UniqueFd rest);

}  // namespace weir::scheduler
