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

ValueTask<int> run_disown(Invocation call) {
  auto& jobs = call.ctx.shell.jobs;
  if (call.args.has('a') || call.args.has('r')) {
    for (const auto& job : jobs.live()) {
      if (call.args.has('a') || job->state == scheduler::JobState::running) job->disowned = true;
    }
    return 0;
  }
  if (call.operands().empty()) {
    const auto current = jobs.current();
    if (!current || current->ended()) return complain(call, "there is no current job");
    current->disowned = true;
    return 0;
  }
  Report report(call);
  for (const Value& operand : each_job_named(call.operands())) {
    auto job = find_job(call.ctx, operand);
    if (!job)
      report.error(job.error());
    else
      (*job)->disowned = true;
  }
  return std::move(report).finish();
}

}  // namespace

void register_disown(BuiltinRegistry& registry) { registry.add({&kDisown, run_disown}); }

}  // namespace weir::builtins
