// The detached shell: what an interactive shell becomes for jobs that outlive its terminal.
//
// The process in front of it ends (scheduler/front_process.h), so that who started the shell sees
// it end; the shell itself goes on without a terminal, with what its jobs write in files, until
// the last job has ended. So functions, loops and pipelines go on as they were, and every exit
// status is right. `jobs --all` in another shell tells of them. Called by Kernel::finish().
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"

namespace weir::kernel {

/// Where records and the output of detached jobs are; empty: nowhere (no HOME).
std::string job_directory(const Context& ctx);

/// There are live jobs, and the shell can go on for them.
bool can_detach(const Context& ctx);
/// The live jobs that cannot go on without this terminal: they began in the foreground, and their
/// programs write to it. Without a front: those that are more than one program.
std::vector<scheduler::JobPtr> bound_jobs(const Context& ctx);
/// What these jobs have written and will write goes to files. An error: nothing has changed.
loop::Task<Result<void>> detach_jobs(Context& ctx, std::vector<scheduler::JobPtr> jobs);
/// Lets go of the terminal, and of who waits for this shell; ends with the last job.
/// REQUIRES: can_detach().
loop::Task<void> stay_detached(Context& ctx);

}  // namespace weir::kernel
