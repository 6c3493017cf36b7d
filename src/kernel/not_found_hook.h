// The hook for commands that are not found: a function `command_not_found` of the person's.
#pragma once

#include "kernel/context.h"
#include "loop/task.h"

namespace weir::kernel {

/// Calls the function `command_not_found` with the words of the command, and gives its status;
/// where there is none, or it is the hook that names an unknown command, reports it: 127, or
/// 126 when the file is there but not executable.
loop::Task<int> command_not_found(Context& ctx, List words, bool not_executable);

}  // namespace weir::kernel
