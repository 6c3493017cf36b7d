// The end of a shell that has live jobs: which end with it, which go on, which are waited for.
//
// leave_jobs() is the last step: a job that is one program goes on without the shell, as in sh; one
// that is the builtin `sleep` alone ends, since there is nobody left whom it could keep waiting.
// Jobs that need the shell (functions, loops, pipelines with builtins) are waited for, also when
// they are disowned. Called by Kernel::finish(); before it, an interactive shell ends those that
// are not to go on.
#pragma once

#include "scheduler/job_manager.h"
#include "scheduler/reaper.h"
#include "scheduler/relay.h"

namespace weir::scheduler {

/// These jobs end, with all that they have started: the signal, and KILL after a grace.
loop::Task<void> end_jobs(JobManager& jobs, loop::Loop& loop, std::vector<JobPtr> ending,
                          int signal);
/// One program, which nobody needs to pass anything on to: it goes on without the shell.
bool can_leave(const Job& job);
/// One of its programs, or of what they have started, ignores SIGHUP (nohup): the hang-up of the
/// terminal is not to end it.
bool has_deaf_program(const Job& job);
/// The hang-up of such a job: everybody gets HUP, what was stopped goes on, the shell's part of it
/// starts nothing more, and nobody is killed. It ends with the last of its programs, disowned.
void hang_up(JobManager& jobs, Job& job);

/// Ends the jobs that are stopped, as the hang-up of a terminal does: nobody can let them go on.
loop::Task<void> hang_up_stopped(JobManager& jobs, loop::Loop& loop);

using RelayStarter = Result<void> (*)(std::vector<RelayRoute>);

/// Fails when the relay cannot be started: what the programs that go on write from then on is
/// lost. The other jobs have been waited for all the same.
loop::Task<Result<void>> leave_jobs(JobManager& jobs, Reaper& reaper,
                                    RelayStarter start = start_relay);

}  // namespace weir::scheduler
