// become(): this process turns into a program (the builtin exec).
//
// The program finds what spawn() would give it: descriptors, working directory, umask, limits and
// signals. This process has descriptors of its own at numbers that the program may want, so they
// are copied out of the way first. When there is no program in the end, all is put back: an epoll
// registration lives as long as its open file, which the copy keeps, and has its number again.
// A signal that comes meanwhile is for the program.
#pragma once

#include "base/error.h"
#include "scheduler/spawn.h"

namespace weir::scheduler {

/// Returns only on failure, with this process as it was before, but for a hard limit that it may
/// not raise again. `group`, `terminal_fd` and `nice` of the spec do not count. Errors: as spawn().
Error become(const SpawnSpec& spec);

}  // namespace weir::scheduler
