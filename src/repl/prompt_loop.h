// The plain prompt loop: entries from stdin, a line or an unfinished construct
// at a time, without editing.
#pragma once

#include "kernel/kernel.h"

namespace weir::repl {

/// Runs until the end of input or `exit`; gives the exit code.
int run_prompt_loop(Kernel& kernel);

}  // namespace weir::repl
