#include "kernel/detached_shell.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/user_directories.h"
#include "kernel/shell.h"
#include "scheduler/collector.h"
#include "scheduler/leave_jobs.h"
#include "scheduler/pipe.h"
#include "scheduler/process_tree.h"

namespace weir::kernel {

using loop::Task;
using scheduler::Job;
using scheduler::JobPtr;
using scheduler::OpenFilePtr;

std::string job_directory(const Context& ctx) {
  const std::string state = state_directory([&ctx](const char* name) { return ctx.text_of(name); });
  return state.empty() ? state : state + "/jobs";
}

namespace {

std::vector<JobPtr> unended_jobs(const Shell& shell) {
  auto jobs = shell.jobs.all();
  std::erase_if(jobs, [](const JobPtr& job) { return job->ended(); });
  return jobs;
}

bool writes_to_terminal(const Job& job, const std::string& terminal) {
  return std::ranges::any_of(scheduler::process_trees(job.group->live()),
                             [&](const scheduler::ProcessEntry& process) {
                               return scheduler::has_open(process.pid, STDOUT_FILENO, terminal) ||
                                      scheduler::has_open(process.pid, STDERR_FILENO, terminal);
                             });
}

}  // namespace

bool can_detach(const Context& ctx) {
  return ctx.shell.front && ctx.shell.recorder && !unended_jobs(ctx.shell).empty();
}

std::vector<JobPtr> bound_jobs(const Context& ctx) {
  const Shell& shell = ctx.shell;
  auto jobs = shell.jobs.live();
  std::erase_if(jobs, [&](const JobPtr& job) {
    if (!shell.front || !shell.recorder) return scheduler::can_leave(*job);
    return !job->is_entry || !writes_to_terminal(*job, shell.recorder->shell().terminal);
  });
  return jobs;
}

// ---- what they write -------------------------------------------------------------------

namespace {

/// A file that begins with what was kept so far.
Result<OpenFilePtr> begin_output(Shell& shell, const std::string& path,
                                 const scheduler::BoundedStream& kept) {
  auto output = scheduler::KeptOutput::create(path);
  if (!output) return fail(std::move(output.error()));
  if (const uint64_t dropped = kept.stats().dropped; dropped > 0)
    output->append(scheduler::left_out_marker(dropped));
  output->append(kept.text());
  return scheduler::make_kept_file(shell.loop, std::move(*output));
}

/// The files of one job, made before anything is changed.
struct Outputs {
  JobPtr job;
  std::string out_path, err_path;
  OpenFilePtr out, err;
};

Result<Outputs> begin_outputs(Shell& shell, const JobPtr& job) {
  const std::string& prefix = shell.recorder->shell().prefix;
  Outputs outputs{.job = job, .out_path = prefix + ".out", .err_path = {}, .out = {}, .err = {}};
  if (job->is_entry) return outputs;  // it shares the shell's
  outputs.out_path = fmt::format("{}.{}.out", prefix, job->id);
  outputs.err_path = fmt::format("{}.{}.err", prefix, job->id);
  auto out = begin_output(shell, outputs.out_path, *job->out);
  if (!out) return fail(std::move(out.error()));
  auto err = begin_output(shell, outputs.err_path, *job->err);
  if (!err) return fail(std::move(err.error()));
  outputs.out = std::move(*out);
  outputs.err = std::move(*err);
  return outputs;
}

void redirect(const Outputs& outputs) {
  Job& job = *outputs.job;
  job.is_detached = true;
  job.out_file = outputs.out_path;
  job.err_file = outputs.err_path;
  if (job.is_entry) return;
  for (const auto& collector : job.passing_on)
    collector->pass_on_to(collector->fills(*job.out) ? outputs.out : outputs.err);
}

/// Without an await between: no byte is written twice, none is lost.
Result<void> move_outputs(Shell& shell, const std::vector<JobPtr>& jobs) {
  if (!shell.output_without_terminal) {
    auto own = scheduler::KeptOutput::create(shell.recorder->shell().prefix + ".out");
    if (!own) return fail(std::move(own.error()));
    shell.output_without_terminal = scheduler::make_kept_file(shell.loop, std::move(*own));
  }
  std::vector<Outputs> all;
  for (const JobPtr& job : jobs) {
    auto outputs = begin_outputs(shell, job);
    if (!outputs) return fail(std::move(outputs.error()));
    all.push_back(std::move(*outputs));
  }
  for (const Outputs& outputs : all) redirect(outputs);
  return {};
}

}  // namespace

Task<Result<void>> detach_jobs(Context& ctx, std::vector<JobPtr> jobs) {
  Shell& shell = ctx.shell;
  std::erase_if(jobs, [](const JobPtr& job) { return job->is_detached || job->ended(); });
  if (jobs.empty()) co_return Result<void>{};
  // Makes the directory, too.
  if (auto recorded = co_await shell.recorder->record_all(); !recorded) co_return recorded;
  if (auto moved = move_outputs(shell, jobs); !moved) co_return moved;
  co_return co_await shell.recorder->record_all();
}

// ---- without a terminal -----------------------------------------------------------------

namespace {

constexpr auto kGrace = std::chrono::seconds(2);

bool wants_terminal(const Job& job) {
  return job.stopped_by == SIGTTIN || job.stopped_by == SIGTTOU;
}

Task<void> hang_up(Shell& shell, JobPtr job) {
  co_await shell.jobs.kill(std::move(job), SIGHUP, kGrace);
}

/// Nobody can let a job go on any more: those that need no terminal go on now.
void free_stopped(Shell& shell, const JobPtr& job) {
  if (job->state != scheduler::JobState::stopped) return;
  if (wants_terminal(*job))
    shell.background.start_later(hang_up(shell, job));
  else
    shell.jobs.resume(*job);
}

void let_go_of_terminal(Shell& shell) {
  shell.terminal->release();
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto own = shell.output_without_terminal ? shell.output_without_terminal->descriptor()
                                                 : Result<int>(nothing.get());
  ::dup2(nothing.get(), STDIN_FILENO);
  ::dup2(own.value_or(nothing.get()), STDOUT_FILENO);
  ::dup2(own.value_or(nothing.get()), STDERR_FILENO);
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT}) ::signal(signal, SIG_IGN);
}

int end_status(const Context& ctx) {
  return ctx.shell.is_hung_up ? SIGHUP : (ctx.status & 0xff) << 8;
}

Task<void> wait_for_end_of(Shell& shell) {
  for (auto jobs = unended_jobs(shell); !jobs.empty(); jobs = unended_jobs(shell)) {
    for (const JobPtr& job : jobs) (void)co_await shell.jobs.wait(job, {});
  }
}

}  // namespace

Task<void> stay_detached(Context& ctx) {
  Shell& shell = ctx.shell;
  // A disk that is full, or has gone, does not end jobs: what they write is lost then.
  if (!co_await detach_jobs(ctx, unended_jobs(shell))) {
    for (const JobPtr& job : unended_jobs(shell)) {
      for (const auto& collector : job->passing_on)
        collector->pass_on_to(scheduler::make_null_file(shell.loop));
    }
  }
  let_go_of_terminal(shell);
  shell.jobs.watch([&shell](const JobPtr& job) { free_stopped(shell, job); });
  for (const JobPtr& job : unended_jobs(shell)) free_stopped(shell, job);
  const loop::SignalWatcher on_term(shell.loop, SIGTERM, [&shell] {
    shell.background.start_later(
        scheduler::end_jobs(shell.jobs, shell.loop, unended_jobs(shell), SIGTERM));
  });
  shell.front->leave(end_status(ctx));
  co_await wait_for_end_of(shell);
  shell.jobs.watch({});
  if (shell.output_without_terminal) co_await shell.output_without_terminal->finish(false, {});
}

}  // namespace weir::kernel
