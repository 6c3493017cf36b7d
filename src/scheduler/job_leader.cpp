#include "scheduler/job_leader.h"

#include <csignal>

namespace weir::scheduler {

namespace {

/// Each stage is a program: whoever ends them ends the job.
bool is_all_programs(const Job& job) {
  return job.stages > 0 && job.program_stages == job.stages && job.group->own_group() != 0;
}

}  // namespace

pid_t leader_of(Job& job, Reaper& reaper) {
  if (job.only_process != 0) return job.only_process;
  if (job.ended() && job.leader != 0) return job.leader;
  job.leader = is_all_programs(job) ? job.group->own_group() : job.group->leading_keeper(reaper);
  // It has got a number that is no other process's, for `wait`; nobody is to stay for it.
  if (job.ended()) job.group->end_keeper();
  return job.leader;
}

bool is_stand_in(const Job& job, const Process& process) {
  return process.keeps_group && process.pid == job.leader;
}

bool is_end_of_stand_in(const Job& job, const Process& process) {
  if (!is_stand_in(job, process) || job.ended()) return false;
  // One that weir itself has ended says nothing about the job.
  if (process.signalled != 0 || job.cancel.cancelled() || !process.status.was_signaled())
    return false;
  return process.status.signal() == SIGTERM || process.status.signal() == SIGKILL;
}

}  // namespace weir::scheduler
