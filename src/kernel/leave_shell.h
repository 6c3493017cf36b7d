// The end of an interactive shell that has live jobs: what can be done with them.
//
// What is asked and said about it is in src/repl/leaving.h; Kernel::finish() is the last step.
#pragma once

#include "kernel/context.h"

namespace weir::kernel {

/// All live jobs end, with all that they have started.
loop::Task<void> kill_jobs(Context& ctx);
/// The same by SIGHUP, where the terminal has gone; programs that ignore it (nohup) go on, and
/// with `set -o exit-jobs=detach` the jobs that can go on without the terminal do.
loop::Task<void> hang_up_jobs(Context& ctx);
/// Until the job has ended or was stopped, a second is over, or the token is triggered.
loop::Task<void> wait_a_second_for(Context& ctx, scheduler::JobPtr job, loop::CancelToken token);

}  // namespace weir::kernel
