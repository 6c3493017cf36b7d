// leave_jobs(): the end of a shell that has live jobs.
//
// A job that is one program goes on without the shell, as in sh; one that is the builtin
// `sleep` alone ends, since there is nobody left whom it could keep waiting. Jobs that need
// the shell (functions, loops, pipelines with builtins) are waited for, also when
// they are disowned. Called by Kernel::finish().
#pragma once

#include "scheduler/job_manager.h"
#include "scheduler/reaper.h"
#include "scheduler/relay.h"

namespace weir::scheduler {

/// Ends the jobs that are stopped, as the hang-up of a terminal does: nobody can let them go on.
loop::Task<void> hang_up_stopped(JobManager& jobs, loop::Loop& loop);

using RelayStarter = Result<void> (*)(std::vector<RelayRoute>);

/// Fails when the relay cannot be started: what the programs that go on write from then on is
/// lost. The other jobs have been waited for all the same.
loop::Task<Result<void>> leave_jobs(JobManager& jobs, Reaper& reaper,
                                    RelayStarter start = start_relay);

}  // namespace weir::scheduler
