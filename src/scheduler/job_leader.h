// The process that stands for a whole job, as in a shell whose jobs are process groups: what
// `jobs -p` prints, and anybody may send a signal to.
//
// Of a job that is one program, or a pipeline of programs, it leads their group. A job that is run
// by the shell itself (a builtin, a function, a loop) has no process that is there from its begin
// to its end, so it gets a keeper (group_keeper.h) when somebody asks: TERM or KILL for it ends the
// job, STOP and CONT stop it and let it go on, and programs that the job starts from then on join
// its group.
#pragma once

#include <sys/types.h>

#include "scheduler/job_manager.h"
#include "scheduler/reaper.h"

namespace weir::scheduler {

/// Once told it stays the same while it lives, and JobManager::find_pid() finds the job by it. Of a
/// job that has ended it names the job, and no process. 0: no process can be made.
pid_t leader_of(Job& job, Reaper& reaper);

/// It stands for a job that has no process of its own.
bool is_stand_in(const Job& job, const Process& process);
/// Somebody else has ended such a process.
bool is_end_of_stand_in(const Job& job, const Process& process);

}  // namespace weir::scheduler
