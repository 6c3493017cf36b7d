// runs_built_program(): whether a cargo runs what it has built: it compiles no more.
//
// For `cargo run`, `test` and their like that had nothing to compile: their lock is held for less
// than the time between two looks at the locks, so nobody sees them let it go. Evidence is what
// nothing but a run phase has: a program out of the lane, in place of cargo or as its child (below
// a runner of the user's, too), or rustdoc with tests. Build scripts lie there, too, and are none.
#pragma once

#include <sys/types.h>

#include "gate/lane.h"

namespace weir::gate::daemon {

/// A snapshot from /proc, under a millisecond. False for a process that has ended.
bool runs_built_program(pid_t cargo, const LaneKey& lane);

}  // namespace weir::gate::daemon
