// `fg` and `bg`: go on with a stopped job, in front or behind.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "builtins/job_report_support.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

using scheduler::JobPtr;

constexpr ExampleSchema kFgExamples[] = {
    {"fg", "the job that was stopped last"},
    {"fg %2", "job 2"},
};
constexpr CommandSchema kFg = {
    .name = "fg",
    .summary = "bring a job to the foreground",
    .synopsis = "[JOB]",
    .max_operands = 1,
    .examples = kFgExamples,
    .details = "Gives the job the terminal and waits for it; exit with its status.",
    .group = "jobs"};
constexpr CommandSchema kBg = {.name = "bg",
                               .summary = "let stopped jobs go on in the background",
                               .synopsis = "[JOB…]",
                               .group = "jobs"};

/// The terminal, lent to the job's process group.
class TerminalForJob {
 public:
  TerminalForJob(int terminal, pid_t group) : terminal_(group > 0 ? terminal : -1) { give(group); }
  ~TerminalForJob() { give(::getpgrp()); }
  TerminalForJob(const TerminalForJob&) = delete;
  TerminalForJob& operator=(const TerminalForJob&) = delete;

 private:
  void give(pid_t group) {
    if (terminal_ < 0) return;
    // From the background, tcsetpgrp() would stop this process.
    sigset_t ttou;
    sigset_t before;
    ::sigemptyset(&ttou);
    ::sigaddset(&ttou, SIGTTOU);
    ::sigprocmask(SIG_BLOCK, &ttou, &before);
    ::tcsetpgrp(terminal_, group);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
  }
  int terminal_;
};

bool has_job_control(const Context& ctx) {
  return ctx.shell.interactive || ctx.scope.options.monitor;
}

Result<JobPtr> job_of(const Context& ctx, const Value* operand) {
  JobPtr job = ctx.shell.jobs.current();
  if (operand) {
    auto named = ctx.shell.jobs.resolve(operand->to_text());
    if (!named) return fail(std::move(named.error()));
    job = *named;
  }
  if (!job) return fail(ErrorKind::not_found, "there is no current job");
  if (job->ended())
    return fail(ErrorKind::not_found, fmt::format("%{} has ended already", job->id));
  return job;
}

Task<int> bring_to_foreground(Invocation call, JobPtr job) {
  Context& ctx = call.ctx;
  if (const int code = co_await print(call, job->command + "\n"); code != 0) co_return code;
  TerminalForJob loan(ctx.shell.terminal_fd, job->group->to_join());
  ctx.shell.jobs.resume(*job);
  while (!co_await ctx.shell.jobs.wait(job, ctx.token, true)) {
    // Ctrl-C and the like are for the job now; it is waited for all the same.
    job->cancel.cancel(ctx.token.reason());
    (void)co_await ctx.shell.jobs.wait(job, {}, true);
    break;
  }
  if (!job->ended()) co_return 128 + SIGTSTP;
  job->collected = true;
  co_return job->code;
}

ValueTask<int> run_fg(Invocation call) {
  if (!has_job_control(call.ctx))
    return complain(call, "there is no job control here; `wait` waits for a job");
  auto job = job_of(call.ctx, call.operands().empty() ? nullptr : &call.operands()[0]);
  if (!job) return complain(call, std::move(job.error().message));
  return bring_to_foreground(std::move(call), *job);
}

ValueTask<int> run_bg(Invocation call) {
  if (!has_job_control(call.ctx)) {
    return complain(call,
                    "there is no job control here; `kill -CONT JOB` lets a stopped job go on");
  }
  std::vector<const Value*> operands;
  for (const Value& operand : call.operands()) operands.push_back(&operand);
  if (operands.empty()) operands.push_back(nullptr);
  Report report(call);
  for (const Value* operand : operands) {
    auto job = job_of(call.ctx, operand);
    if (!job) {
      report.error(job.error().message);
      continue;
    }
    call.ctx.shell.jobs.resume(**job);
    report.out += fmt::format("%{} {} &\n", (*job)->id, (*job)->command);
  }
  return std::move(report).finish();
}

}  // namespace

void register_foreground(BuiltinRegistry& registry) {
  registry.add({&kFg, run_fg});
  registry.add({&kBg, run_bg});
}

}  // namespace weir::builtins
