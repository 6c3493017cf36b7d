// leave_jobs(): the end of a shell that has live jobs.
//
// A job that is one program goes on without the shell, as in sh; one that is the builtin
// `sleep` alone ends, since there is nobody left whom it could keep waiting. Jobs that need
// the shell (functions, loops, pipelines with builtins) are waited for, also when
// they are disowned. Called by Kernel::finish().
#pragma once

#include "scheduler/job_manager.h"
#include "scheduler/reaper.h"

namespace weir::scheduler {

/// Ends the jobs that are stopped, as the hang-up of a terminal does: nobody can let them go on.
loop::Task<void> hang_up_stopped(JobManager& jobs, loop::Loop& loop);

loop::Task<void> leave_jobs(JobManager& jobs, Reaper& reaper);

}  // namespace weir::scheduler
