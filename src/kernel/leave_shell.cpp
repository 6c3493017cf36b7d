#include "kernel/leave_shell.h"

#include <algorithm>
#include <csignal>

#include "kernel/detached_shell.h"
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
  const auto bound = bound_jobs(ctx);
  for (const JobPtr& job : shell.jobs.live()) {
    const bool goes_on =
        detaches && job->state != JobState::stopped && std::ranges::find(bound, job) == bound.end();
    if (goes_on)
      job->disowned = true;
    else if (scheduler::has_deaf_program(*job))
      scheduler::hang_up(shell.jobs, *job);
  }
  return scheduler::end_jobs(shell.jobs, shell.loop, shell.jobs.live(), SIGHUP);
}

Task<void> wait_a_second_for(Context& ctx, JobPtr job, loop::CancelToken token) {
  loop::CancelSource over(token);
  scheduler::Deadline deadline(ctx.shell.loop, std::chrono::seconds(1), over);
  (void)co_await ctx.shell.jobs.wait(std::move(job), over.token(), true);
  co_await deadline.release();
}

}  // namespace weir::kernel
