// `jobs`: the jobs of this shell and what they wrote.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "builtins/job_report_support.h"
#include "builtins/job_timeline_support.h"
#include "builtins/other_jobs_support.h"
#include "builtins/reports_support.h"
#include "loop/loop.h"
#include "scheduler/job_leader.h"

namespace weir::builtins {

namespace {

using scheduler::BoundedStream;
using scheduler::JobPtr;
using scheduler::JobState;
using scheduler::OpenFile;

constexpr FlagSchema kFlags[] = {
    {'l', {}, {}, "with the process ids"},
    {'p', {}, {}, "only the process id that stands for the job"},
    {'r', {}, {}, "only those that run"},
    {'s', {}, {}, "only those that are stopped"},
    {0, "all", {}, "also those of other shells and detached ones, that live or ended within a day"},
    {0, "timeline", {}, "draw who ran, waited and failed, over the last DURATION (10m)"},
    {'o', "output", "JOB", "print what the job has written so far: its stdout and its stderr"},
    {'f', "follow", {}, "with -o: go on until the job has ended"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"jobs", "what is going on?"},
    {"jobs -o %2", "what has it written?"},
    {"kill $(jobs -p)", "end them all"},
    {"jobs --timeline 5m", "who ran when, in the last five minutes"},
    {"jobs --all", "what goes on in other shells, and without one"},
    {"jobs -o 4711.2 -f", "follow what a detached job writes"},
    {"jobs | where state == failed | get id", "each job is a record"},
};
constexpr CommandSchema kJobs = {
    .name = "jobs",
    .summary = "list the jobs, or show what one has written",
    .synopsis =
        "[-lprs] [--json] [JOB…] | --all [-rs] [--json] | --timeline [DURATION] [--json] | -o JOB "
        "[-f]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "At a terminal a table. What takes rows gets a record for "
        "each job, everything else a line, with tabs\n"
        "between the id, state, time, command, directory and what "
        "it waits for. A job that has ended is\n"
        "listed until `wait` has told its end, or for 10 minutes.\n"
        "What -p prints is for every program: `jobs -p | xargs kill`. It leads the process group;\n"
        "a job that is run by the shell itself (a builtin, a function, a loop) gets a process "
        "that\n"
        "stands for it: who ends or stops that ends or stops the job. With --all also the jobs\n"
        "of this user's other shells that have lived for a second, "
        "and detached ones, by\n"
        "names such as 4711.2, which -o, kill and wait take: the "
        "pid of the shell and the\n"
        "number there. One whose shell was killed is lost.",
    .group = "jobs"};

// ---- listing ------------------------------------------------------------------------

bool is_listed(const scheduler::Job& job) {
  if (job.disowned) return false;
  if (!job.ended()) return true;
  return !job.collected &&
         std::chrono::system_clock::now() - *job.finished < scheduler::kListedAfterEnd;
}

/// The jobs that are named, or all that are listed.
Result<std::vector<JobPtr>> selected(const Invocation& call) {
  std::vector<JobPtr> jobs;
  for (const Value& operand : call.args.operands) {
    auto job = find_job(call.ctx, operand);
    if (!job) return fail(std::move(job.error()));
    jobs.push_back(*job);
  }
  if (call.args.operands.empty()) {
    jobs = call.ctx.shell.jobs.all();
    // `kill $(jobs -p)` is of those that live, `wait $(jobs -p)` also of those nobody has heard of.
    const bool for_others = call.args.has('p');
    std::erase_if(jobs, [for_others](const JobPtr& job) {
      return !is_listed(*job) || (for_others && job->end_told);
    });
  }
  if (call.args.has('r'))
    std::erase_if(jobs, [](const JobPtr& j) { return j->state != JobState::running; });
  if (call.args.has('s'))
    std::erase_if(jobs, [](const JobPtr& j) { return j->state != JobState::stopped; });
  return jobs;
}

/// A shell that may start no process knows such a job by its number alone.
scheduler::Row leader_row(Context& ctx, scheduler::Job& job) {
  const bool can_start = !ctx.shell.confined || job.only_process != 0;
  const pid_t leader = can_start ? scheduler::leader_of(job, ctx.shell.reaper) : 0;
  if (leader != 0) return {Value(static_cast<int64_t>(leader))};
  return {Value(fmt::format("%{}", job.id))};
}

ValueTask<int> list_jobs(const Invocation& call, const std::vector<JobPtr>& jobs,
                         const JobGates& gates) {
  if (call.args.has("json")) {
    List rows;
    for (const JobPtr& job : jobs) rows.push_back(job_row(*job, gates.find(*job)));
    return print_array(call, std::move(rows));
  }
  const bool with_processes = call.args.has('l');
  const size_t width = terminal_width(call.ctx);
  if (width > 0 && !call.args.has('p')) {
    return print(call, job_table(call.ctx, jobs, gates, with_processes, width));
  }
  std::vector<scheduler::Row> rows;
  for (const JobPtr& job : jobs) {
    const Value* gate = gates.find(*job);
    if (call.args.has('p'))
      rows.push_back(leader_row(call.ctx, *job));
    else
      rows.emplace_back(job_row(*job, gate), true, job_line(*job, gate, with_processes));
  }
  return kernel::emit(call, std::move(rows));
}

Task<int> list_with_gate(Invocation call, std::vector<JobPtr> jobs) {
  const JobGates gates = co_await ask_job_gates(call.ctx);
  co_return co_await list_jobs(call, jobs, gates);
}

ValueTask<int> list(Invocation call) {
  auto jobs = selected(call);
  if (!jobs) return refuse(call, std::move(jobs.error()));
  const bool may_be_gated =
      !call.args.has('p') &&
      std::ranges::any_of(*jobs, [](const JobPtr& job) { return !job->ended(); });
  if (may_be_gated && may_have_gate()) return list_with_gate(std::move(call), std::move(*jobs));
  return list_jobs(call, *jobs, {});
}

// ---- over time -----------------------------------------------------------------------

constexpr std::chrono::nanoseconds kDefaultWindow = std::chrono::minutes(10);

/// Whether the terminal shows UTF-8, as the locale says.
bool is_utf8(const Context& ctx) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string locale = ctx.text_of(name);
    if (locale.empty()) continue;
    std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
    return locale.contains("utf-8") || locale.contains("utf8");
  }
  return false;
}

Task<int> show_timeline(Invocation call, std::chrono::nanoseconds window) {
  Context& ctx = call.ctx;
  const int64_t window_ms = std::chrono::ceil<std::chrono::milliseconds>(window).count();
  const JobGates gates = co_await ask_job_gates(ctx);
  const List runs = co_await ask_gate_runs(ctx, std::max<int64_t>(epoch_ms_now() - window_ms, 0));
  const int64_t now_ms = epoch_ms_now();
  std::vector<TimelineRow> rows;
  for (const JobPtr& job : ctx.shell.jobs.all()) {
    TimelineRow row = timeline_row(*job, gates.find(*job), runs, now_ms);
    if (!row.spans.empty() && row.spans.back().to_ms >= now_ms - window_ms)
      rows.push_back(std::move(row));
  }
  if (call.args.has("json")) {
    List values;
    for (const TimelineRow& row : rows) values.push_back(timeline_value(row));
    co_return co_await print_array(call, std::move(values));
  }
  if (const size_t width = terminal_width(ctx); width > 0) {
    const TimelineStyle style{.width = width, .ascii = !is_utf8(ctx)};
    co_return co_await print(call, draw_timeline(rows, now_ms, window_ms, style));
  }
  std::vector<scheduler::Row> out;
  for (const TimelineRow& row : rows)
    out.emplace_back(timeline_value(row), true, timeline_lines(row));
  co_return co_await kernel::emit(call, std::move(out));
}

ValueTask<int> run_timeline(Invocation call) {
  if (call.operands().size() > 1 || call.args.value("output") || call.args.has("all"))
    return misuse(call, "--timeline goes with one DURATION and --json");
  std::chrono::nanoseconds window = kDefaultWindow;
  if (!call.operands().empty()) {
    auto given = parse_duration(call.operands()[0].to_text());
    if (!given) return misuse(call, std::move(given.error().message));
    if (*given <= std::chrono::nanoseconds(0))
      return misuse(call, "--timeline needs a time above 0");
    window = *given;
  }
  return show_timeline(std::move(call), window);
}

// ---- of all shells -------------------------------------------------------------------

Task<int> list_all(Invocation call) {
  auto jobs = co_await read_all_jobs(call.ctx);
  if (call.args.has('r'))
    std::erase_if(jobs, [](const OtherJob& o) { return o.job.state != JobState::running; });
  if (call.args.has('s'))
    std::erase_if(jobs, [](const OtherJob& o) { return o.job.state != JobState::stopped; });
  if (call.args.has("json")) {
    List rows;
    for (const OtherJob& job : jobs) rows.push_back(other_job_row(job));
    co_return co_await print_array(call, std::move(rows));
  }
  if (const size_t width = terminal_width(call.ctx); width > 0)
    co_return co_await print(call, other_jobs_table(call.ctx, jobs, width));
  std::vector<scheduler::Row> rows;
  for (const OtherJob& job : jobs) rows.emplace_back(other_job_row(job), true, other_job_line(job));
  co_return co_await kernel::emit(call, std::move(rows));
}

// ---- output -------------------------------------------------------------------------------

struct Copying {
  Result<void> result;
  uint64_t lost = 0;  // bytes that were no longer kept
};

/// Writes what the stream has, and with `follow` what comes until it is closed.
Task<void> copy_stream(Context& ctx, std::shared_ptr<BoundedStream> stream, int fd, bool follow,
                       Copying& copying) {
  constexpr size_t kPiece = 64 * 1024;
  const auto to = ctx.fds.get(fd);
  uint64_t offset = 0;
  while (to) {
    auto chunk = stream->read(offset, kPiece);
    copying.lost += chunk.offset - offset;
    offset = chunk.offset + chunk.bytes.size();
    if (!chunk.bytes.empty()) {
      copying.result = co_await to->write(chunk.bytes, ctx.token);
      if (!copying.result) co_return;
      continue;
    }
    if (chunk.end || !follow) co_return;
    copying.result = co_await stream->changed().wait(ctx.token);
    if (!copying.result) co_return;
  }
}

/// Its streams have let go of all that they had (JobManager).
ValueTask<int> output_is_gone(const Invocation& call, const scheduler::Job& job) {
  const uint64_t written = job.out->stats().written + job.err->stats().written;
  return complain(
      call, fmt::format("the {} that %{} wrote are no longer kept: of jobs that have ended, the "
                        "newest {} that were waited for keep their output, and {} in all",
                        format_size(written), job.id, scheduler::kKeptRecords,
                        format_size(scheduler::kKeptOutput)));
}

Task<int> show_output(Invocation call, JobPtr job) {
  Context& ctx = call.ctx;
  const bool follow = call.args.has('f');
  Copying out;
  Copying err;
  loop::TaskGroup group(ctx.shell.loop);
  group.start(copy_stream(ctx, job->out, 1, follow, out));
  group.start(copy_stream(ctx, job->err, 2, follow, err));
  co_await group.join();
  if (!out.result) co_return co_await stream_failed(call, std::move(out.result.error()));
  if (!err.result) co_return co_await stream_failed(call, std::move(err.result.error()));
  const bool is_gone = job->out->stats().retained + job->err->stats().retained == 0;
  if (out.lost + err.lost > 0 && is_gone) co_return co_await output_is_gone(call, *job);
  if (out.lost + err.lost > 0) {
    co_await kernel::warn(
        ctx, fmt::format("{}: jobs: the first {} that %{} wrote are no longer kept", ctx.place(),
                         format_size(out.lost + err.lost), job->id));
  }
  co_return 0;
}

ValueTask<int> run_jobs(Invocation call) {
  const Value* wanted = call.args.value("output");
  if (call.args.has("timeline")) return run_timeline(std::move(call));
  if (call.args.has("all")) {
    if (wanted || !call.operands().empty() || call.args.has('l') || call.args.has('p'))
      return misuse(call, "--all goes with -r, -s and --json");
    return list_all(std::move(call));
  }
  if (!wanted) {
    if (call.args.has('f')) return misuse(call, "-f needs -o JOB");
    return list(std::move(call));
  }
  // A bare number is a job's here: -o 3 is -o %3. It may be a process id, too: $!.
  std::string spec = without_own_pid(call.ctx, wanted->to_text());
  if (is_other_spec(call.ctx, spec)) return show_other_output(std::move(call), std::move(spec));
  auto job = call.ctx.shell.jobs.resolve(spec, call.ctx.job_id());
  if (!job) {
    if (auto by_pid = find_job(call.ctx, *wanted)) job = std::move(by_pid);
  }
  if (!job) return complain(call, std::move(job.error().message));
  return show_output(std::move(call), *job);
}

}  // namespace

void register_jobs(BuiltinRegistry& registry) { registry.add({&kJobs, run_jobs}); }

}  // namespace weir::builtins
