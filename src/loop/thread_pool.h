// The thread pool (run_on_pool in loop.h), as what the whole process shares.
#pragma once

#include "loop/loop.h"

namespace weir::loop {

/// Waits until no work is on its way there, for a second at most: what hangs in a file system is
/// not waited for. A thread that has done its work wakes the loop by the number of a descriptor.
Task<void> pool_idle(Loop& loop);

}  // namespace weir::loop
