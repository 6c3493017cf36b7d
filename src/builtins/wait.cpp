// `wait`: until jobs have ended. A job's record outlives it, so `wait %3` always
// has an answer.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/job_report_support.h"
#include "builtins/names_support.h"
#include "builtins/other_jobs_support.h"
#include "builtins/reports_support.h"
#include "builtins/wait_limit_support.h"
#include "kernel/job_handle.h"
#include "kernel/job_notice.h"
#include "kernel/status_line.h"

namespace weir::builtins {

namespace {

using scheduler::JobPtr;

constexpr FlagSchema kFlags[] = {
    {'n', {}, {}, "only for the next job that ends"},
    {'p', {}, "NAME", "with -n: the variable gets the job that ended, as $! had it"},
    {0, "timeout", "DURATION", "give up after that time: exit 124"},
};
constexpr ExampleSchema kExamples[] = {
    {"make & tests & wait", "for both"},
    {"build & id=$!; …; wait $id || echo failed", "for one, with its status"},
    {"while wait -n -p job; do echo \"$job is done\"; done", "one after the other, as they end"},
};
constexpr CommandSchema kWait = {
    .name = "wait",
    .summary = "wait until jobs have ended",
    .synopsis = "[-n [-p NAME]] [--timeout DURATION] [JOB…]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "JOB is %n or a process id as $! has it, or one alone of another shell (4711.2). Without "
        "one it waits "
        "for all jobs that were started here\n"
        "and gives 0 (`jobs` tells how each ended); else the status of "
        "the last JOB; 127 when there "
        "is no such job. A signal that is\n"
        "trapped ends it with 128 + its number. At the prompt a line says which jobs it waits for, "
        "and their ends are told above "
        "it.",
    .group = "jobs"};

constexpr int kTimedOut = 124;
constexpr int kNoSuchJob = 127;
constexpr int kMisuse = 2;

/// Why a wait ended without the job; nothing when it did not.
std::optional<int> early_end(const Context& ctx, const WaitLimit& limit) {
  if (limit.timed_out()) return kTimedOut;
  if (limit.trapped_signal() != 0) return 128 + limit.trapped_signal();
  if (ctx.token.cancelled()) return 128 + ctx.token.reason();
  return std::nullopt;
}

/// What a person sees of a wait that takes longer than a moment: for which jobs, and, where nobody
/// else tells them (`tells`), their ends as they come.
Task<void> show_waiting(Context& ctx, std::vector<JobPtr> jobs, bool tells,
                        loop::CancelToken token) {
  constexpr auto kTick = std::chrono::seconds(1);
  kernel::StatusLine line(ctx);
  while (line.can_show() && co_await loop::sleep_for(ctx.shell.loop, kTick, token)) {
    std::string ends;
    for (const JobPtr& job : jobs) {
      if (tells && job->ended() && kernel::is_unheard(*job))
        ends += kernel::tell(*job, line.notice_style()) + "\n";
    }
    std::erase_if(jobs, [](const JobPtr& job) { return job->ended(); });
    if (!ends.empty()) (void)co_await ctx.err().write(ends, {});  // they have colours
    if (!jobs.empty()) co_await line.show(kernel::waiting_line(jobs));
  }
  co_await line.clear();
}

/// Waits for each in turn; the status of the last, or why it ended early.
Task<int> wait_for(Context& ctx, const std::vector<JobPtr>& jobs, const WaitLimit& limit) {
  int code = 0;
  for (const JobPtr& job : jobs) {
    auto ended = co_await ctx.shell.jobs.wait(job, limit.token());
    if (!ended) co_return early_end(ctx, limit).value_or(1);
    job->collected = true;
    code = job->code;
  }
  co_return code;
}

/// One of another shell: 127 when there is none, or its end is not known.
Task<int> wait_for_other(const Invocation& call, std::string spec, const WaitLimit& limit) {
  auto job = co_await find_other_job(call.ctx, spec);
  if (job) job = co_await wait_for_other_job(call.ctx, std::move(*job), limit.token());
  if (const auto early = early_end(call.ctx, limit)) co_return *early;
  if (job && job->job.state != scheduler::JobState::lost) co_return job->job.code;
  co_await kernel::warn(call.ctx, fmt::format("{}: wait: {}", call.ctx.place(),
                                              job ? spec + " is lost" : job.error().message));
  co_return kNoSuchJob;
}

struct Named {
  std::vector<JobPtr> jobs;
  int failure = 0;       // 127 when the last operand names no job
  bool misused = false;  // an operand can name none
  std::string messages;  // about those that name none
};

Named find_named(const Invocation& call) {
  Named named;
  for (const Value& operand : each_job_named(call.args.operands)) {
    auto job = find_job(call.ctx, operand);
    std::string problem;
    const bool misused = !job && job.error().kind == ErrorKind::misuse;
    if (is_other_spec(call.ctx, operand.to_text()))
      problem = operand.to_text() + ": a job of another shell is waited for by itself";
    else if (!job)
      problem = std::move(job.error().message);
    else if (*job == call.ctx.job)
      problem = fmt::format("{}: a job cannot wait for itself", operand.to_text());
    named.failure = problem.empty() ? 0 : kNoSuchJob;
    named.misused = named.misused || misused;
    if (problem.empty())
      named.jobs.push_back(*job);
    else
      named.messages += fmt::format("{}: wait: {}\n", call.ctx.place(), problem);
  }
  if (named.misused) named.messages += kernel::usage_line(call.schema) + "\n";
  return named;
}

/// Tells of none how it ended, so `jobs` still does.
Task<int> wait_all(Context& ctx, const WaitLimit& limit) {
  for (const JobPtr& job : own_jobs(ctx)) {
    auto ended = co_await ctx.shell.jobs.wait(job, limit.token());
    if (!ended) co_return early_end(ctx, limit).value_or(1);
    job->awaited = true;
  }
  co_return 0;
}

Task<int> wait_next(const Invocation& call, std::vector<JobPtr> among, const WaitLimit& limit) {
  Context& ctx = call.ctx;
  std::erase_if(among, [](const JobPtr& job) { return job->settled(); });
  if (among.empty()) co_return kNoSuchJob;
  auto next = co_await ctx.shell.jobs.wait_any(std::move(among), limit.token());
  if (!next) co_return early_end(ctx, limit).value_or(1);
  if (!*next) co_return kNoSuchJob;
  (*next)->collected = true;
  if (const Value* name = call.args.value("p")) {
    if (auto done = ctx.assign(name->to_text(), kernel::job_handle(ctx.shell, *next)); !done) {
      co_return co_await complain(call, std::move(done.error().message));
    }
  }
  co_return (*next)->code;
}

Task<int> wait_limited(Invocation call, std::optional<loop::Duration> time) {
  Context& ctx = call.ctx;
  if (call.operands().size() == 1 && is_other_spec(ctx, call.operands()[0].to_text())) {
    WaitLimit limit(ctx, time, kernel::Interrupts::all);
    const int code = co_await wait_for_other(call, call.operands()[0].to_text(), limit);
    co_await limit.end();
    co_return code;
  }
  Named named = find_named(call);
  if (!named.messages.empty()) co_await kernel::warn(ctx, std::move(named.messages));
  if (named.misused) co_return kMisuse;
  WaitLimit limit(ctx, time, kernel::Interrupts::all);
  int code;
  const bool names_some = !call.operands().empty();
  const bool is_for_all = !names_some && !call.args.has('n');
  loop::CancelSource over(limit.token());
  loop::TaskGroup status(ctx.shell.loop);
  status.start(
      show_waiting(ctx, names_some ? named.jobs : own_jobs(ctx), is_for_all, over.token()));
  if (call.args.has('n')) {
    code = co_await wait_next(call, names_some ? std::move(named.jobs) : own_jobs(ctx), limit);
  } else if (names_some) {
    code = co_await wait_for(ctx, named.jobs, limit);
    if (named.failure != 0 && !early_end(ctx, limit)) code = named.failure;
  } else {
    code = co_await wait_all(ctx, limit);
  }
  over.cancel();
  co_await status.join();
  co_await limit.end();
  co_return code;
}

ValueTask<int> run_wait(Invocation call) {
  std::optional<loop::Duration> time;
  if (const Value* given = call.args.value("timeout")) {
    auto parsed = parse_duration(given->to_text());
    if (!parsed) return misuse(call, std::move(parsed.error().message));
    time = *parsed;
  }
  if (const Value* name = call.args.value("p")) {
    if (!call.args.has('n')) return misuse(call, "-p needs -n");
    if (!is_name(name->to_text())) {
      return misuse(call, fmt::format("{} is not a variable's name", quote_word(name->to_text())));
    }
  }
  return wait_limited(std::move(call), time);
}

}  // namespace

void register_wait(BuiltinRegistry& registry) { registry.add({&kWait, run_wait}); }

}  // namespace weir::builtins
