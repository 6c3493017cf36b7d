#include "scheduler/leave_jobs.h"

#include <algorithm>
#include <chrono>
#include <csignal>

#include "scheduler/collector.h"
#include "scheduler/process_tree.h"

namespace weir::scheduler {

namespace {

bool is_one_program(const Job& job) {
  return !job.ended() && job.only_process != 0 &&
         job.group->live() == std::vector<pid_t>{job.only_process};
}

bool is_deaf(const ProcessEntry& process) {
  return !process.is_ending && ignores_signal(process.pid, SIGHUP);
}

/// Adds the ways of the job's output; false when only the shell can pass it on.
bool add_routes(const Job& job, std::vector<RelayRoute>& routes) {
  std::vector<RelayRoute> own;
  for (const auto& collector : job.passing_on) {
    if (!collector->add_route(own)) return false;
  }
  std::ranges::move(own, std::back_inserter(routes));
  return true;
}

}  // namespace

loop::Task<void> end_jobs(JobManager& jobs, loop::Loop& loop, std::vector<JobPtr> ending,
                          int signal) {
  constexpr auto kGrace = std::chrono::seconds(2);
  loop::TaskGroup group(loop);
  for (const JobPtr& job : ending) group.start(jobs.end(job, signal, kGrace));
  co_await group.join();
}

bool can_leave(const Job& job) { return is_one_program(job); }

bool has_deaf_program(const Job& job) {
  return !job.ended() && std::ranges::any_of(process_trees(job.group->live()), is_deaf);
}

void hang_up(JobManager& jobs, Job& job) {
  job.disowned = true;
  job.is_hung_up = true;
  const bool is_deaf_itself = is_one_program(job) && ignores_signal(job.only_process, SIGHUP);
  if (!is_deaf_itself) job.cancel.cancel(SIGHUP);
  job.group->signal(SIGHUP);
  if (job.state == JobState::stopped) jobs.resume(job);
}

loop::Task<void> hang_up_stopped(JobManager& jobs, loop::Loop& loop) {
  std::vector<JobPtr> stopped = jobs.live();
  std::erase_if(stopped, [](const JobPtr& job) { return job->state != JobState::stopped; });
  return end_jobs(jobs, loop, std::move(stopped), SIGHUP);
}

loop::Task<Result<void>> leave_jobs(JobManager& jobs, Reaper& reaper, RelayStarter start) {
  std::vector<RelayRoute> routes;
  std::vector<JobPtr> left;
  for (const JobPtr& job : jobs.all()) {
    if (job->only_sleeps) job->cancel.cancel();
    if (!is_one_program(*job) || !add_routes(*job, routes)) continue;
    job->group->leave(reaper);
    left.push_back(job);
  }
  // What is in their pipes now is passed on before the relay's first byte.
  for (const JobPtr& job : left) (void)co_await jobs.wait(job, {});
  // Without a relay the programs get a broken pipe at their next write.
  Result<void> relayed;
  if (!routes.empty()) relayed = start(std::move(routes));
  const auto is_live = [](const JobPtr& job) { return !job->ended(); };
  for (auto all = jobs.all(); std::ranges::any_of(all, is_live); all = jobs.all()) {
    for (const JobPtr& job : all) (void)co_await jobs.wait(job, {});
  }
  co_return relayed;
}

}  // namespace weir::scheduler
