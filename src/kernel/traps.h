// Traps: EXIT, ERR and signals, run between commands of the shell's own context.
#pragma once

#include <string>

#include "kernel/context.h"
#include "loop/task.h"

namespace weir::kernel {

/// Brings signal watchers and dispositions in line with ctx.scope.traps. Called
/// by `trap` after each change; acts only for the shell's own context.
void update_signal_watchers(Context& ctx);

/// Runs the traps of the signals that arrived. Status and $? are as before after it.
loop::Task<void> run_pending_traps(Context& ctx);

/// Runs the ERR trap, if there is one, after a command that failed.
loop::Task<void> run_err_trap(Context& ctx);

}  // namespace weir::kernel
