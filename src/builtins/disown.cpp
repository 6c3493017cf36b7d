// `disown`: takes jobs out of the care of this shell.
#include <fmt/format.h>

#include "builtins/job_report_support.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'a', {}, {}, "all jobs"},
    {'r', {}, {}, "all jobs that run"},
    {'h', {}, {}, "the same as without it: a disowned job gets no HUP"},
};
constexpr ExampleSchema kExamples[] = {
    {"server & disown", "leaving the shell does not end it"},
};
constexpr CommandSchema kDisown = {
    .name = "disown",
    .summary = "no longer wait for jobs, and do not end them when leaving",
    .synopsis = "[-ahr] [JOB…]",
    .flags = kFlags,
    .examples = kExamples,
    .details =
        "Without JOB the current one (%+). When the shell is left, a disowned job goes on as a\n"
        "detached one does (`jobs --all`).",
    .group = "jobs"};

/// Nobody would be reminded of one that is stopped.
void disown(scheduler::Job& job, Report& report) {
  if (job.state == scheduler::JobState::stopped && !job.disowned) {
    report.error(fmt::format("warning: %{0} is stopped; `kill -CONT %{0}` lets it go on", job.id),
                 0);
  }
  job.disowned = true;
}

ValueTask<int> run_disown(Invocation call) {
  auto& jobs = call.ctx.shell.jobs;
  Report report(call);
  if (call.args.has('a') || call.args.has('r')) {
    for (const auto& job : jobs.live()) {
      if (call.args.has('a') || job->state == scheduler::JobState::running) disown(*job, report);
    }
    return std::move(report).finish();
  }
  if (call.operands().empty()) {
    const auto current = jobs.current(call.ctx.job_id());
    if (!current || current->ended()) return complain(call, "there is no current job");
    disown(*current, report);
    return std::move(report).finish();
  }
  for (const Value& operand : each_job_named(call.operands())) {
    auto job = find_job(call.ctx, operand);
    if (!job)
      report.error(job.error());
    else
      disown(**job, report);
  }
  return std::move(report).finish();
}

}  // namespace

void register_disown(BuiltinRegistry& registry) { registry.add({&kDisown, run_disown}); }

}  // namespace weir::builtins
