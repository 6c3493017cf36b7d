#include "kernel/leave_shell.h"

#include <csignal>

#include "kernel/shell.h"
#include "scheduler/deadline.h"
#include "scheduler/leave_jobs.h"

namespace weir::kernel {

using loop::Task;
using scheduler::JobPtr;
using scheduler::JobState;

Task<void> kill_jobs(Context& ctx) {
  Shell& shell = ctx.shell;
  return scheduler::end_jobs(shell.jobs, shell.loop, shell.jobs.live(), SIGTERM);
}

Task<void> hang_up_jobs(Context& ctx) {
  Shell& shell = ctx.shell;
  const bool detaches = ctx.scope.options.exit_jobs == ExitJobs::detach;
  for (const JobPtr& job : shell.jobs.live()) {
    const bool goes_on = detaches && job->state != JobState::stopped && scheduler::can_leave(*job);
    if (goes_on || scheduler::ignores_hang_up(*job)) job->disowned = true;
  }
  return scheduler::end_jobs(shell.jobs, shell.loop, shell.jobs.live(), SIGHUP);
}

std::vector<JobPtr> bound_jobs(const Context& ctx) {
  auto jobs = ctx.shell.jobs.live();
  std::erase_if(jobs, [](const JobPtr& job) { return scheduler::can_leave(*job); });
  return jobs;
}

Task<void> wait_a_second_for(Context& ctx, JobPtr job, loop::CancelToken token) {
  loop::CancelSource over(token);
  scheduler::Deadline deadline(ctx.shell.loop, std::chrono::seconds(1), over);
  (void)co_await ctx.shell.jobs.wait(std::move(job), over.token(), true);
  co_await deadline.release();
}

}  // namespace weir::kernel
