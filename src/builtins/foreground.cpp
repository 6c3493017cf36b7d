// `fg` and `bg`: go on with a stopped job, in front or behind.
#include <fmt/format.h>

#include <csignal>

#include "builtins/job_report_support.h"
#include "builtins/other_jobs_support.h"
#include "builtins/reports_support.h"
#include "kernel/foreground_entry.h"
#include "kernel/job_notice.h"

namespace weir::builtins {

namespace {

using kernel::InteractivePort;
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

bool has_job_control(const Context& ctx) {
  return ctx.shell.interactive || ctx.scope.options.monitor;
}

Result<JobPtr> job_of(const Context& ctx, const Value* operand) {
  JobPtr job = ctx.shell.jobs.current(ctx.job_id());
  if (operand) {
    const std::string spec = without_own_pid(ctx, operand->to_text());
    if (is_other_spec(ctx, spec)) return not_of_this_shell(spec);
    auto named = ctx.shell.jobs.resolve(spec, ctx.job_id());
    if (!named) return fail(std::move(named.error()));
    job = *named;
  }
  if (!job) return fail(ErrorKind::not_found, "there is no current job");
  if (job->ended())
    return fail(ErrorKind::not_found, fmt::format("%{} has ended already", job->id));
  return job;
}

/// Not a `fg` of a job in the background itself.
bool is_in_foreground(const Context& ctx) {
  return ctx.job && ctx.shell.terminal && ctx.shell.terminal->is_in_foreground(*ctx.job);
}

/// Ctrl-C and Ctrl-\ of an entry are for the job that it has brought to the foreground.
class KeysFor {
 public:
  KeysFor(scheduler::Job& job, JobPtr entry) : entry_(std::move(entry)) {
    if (!entry_) return;
    place_ = entry_->takers.add([&job](int signal) {
      job.interrupt(signal);
      return true;
    });
  }
  ~KeysFor() {
    if (entry_) entry_->takers.remove(place_);
  }
  KeysFor(const KeysFor&) = delete;
  KeysFor& operator=(const KeysFor&) = delete;

 private:
  const JobPtr entry_;  // null: there are no keys
  scheduler::SignalTakers::Place place_;
};

Task<int> bring_to_foreground(Invocation call, JobPtr job) {
  Context& ctx = call.ctx;
  const KeysFor keys(*job, is_in_foreground(ctx) ? ctx.job : nullptr);
  if (const int code = co_await print(call, kernel::shown_command(job->command) + "\n"); code != 0)
    co_return code;
  scheduler::TerminalLoan loan;
  if (ctx.shell.terminal && is_in_foreground(ctx)) {
    if (job->group->has_stopped()) job->group->wake_keeper(ctx.shell.reaper);
    if (InteractivePort* port = ctx.shell.interactive_port)
      co_await port->show_title(kernel::shown_command(job->command));
    loan = ctx.shell.terminal->lend(job);
  }
  ctx.shell.jobs.resume(*job);
  if (!co_await ctx.shell.jobs.wait(job, ctx.token, true)) {
    // What ends this ends the job, which is waited for all the same.
    job->end(ctx.token.reason());
    (void)co_await ctx.shell.jobs.wait(job, {}, true);
  }
  loan.end();
  if (!job->ended()) {
    co_await kernel::tell_stopped(ctx, *job);
    co_return 128 + job->stopped_by;
  }
  job->collected = true;
  // Ctrl-C was for the entry that waited for the job, too.
  if (job->cancel.token().reason() == SIGINT && is_in_foreground(ctx))
    ctx.job->cancel.cancel(SIGINT);
  co_return job->code;
}

ValueTask<int> run_fg(Invocation call) {
  if (!has_job_control(call.ctx))
    return complain(call, "there is no job control here; `wait` waits for a job");
  auto job = job_of(call.ctx, call.operands().empty() ? nullptr : &call.operands()[0]);
  if (!job) return refuse(call, std::move(job.error()));
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
      report.error(job.error());
      continue;
    }
    call.ctx.shell.jobs.resume(**job);
    report.out += fmt::format("%{} {} &\n", (*job)->id, kernel::shown_command((*job)->command));
  }
  return std::move(report).finish();
}

}  // namespace

void register_foreground(BuiltinRegistry& registry) {
  registry.add({&kFg, run_fg});
  registry.add({&kBg, run_bg});
}

}  // namespace weir::builtins
