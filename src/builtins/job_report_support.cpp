#include "builtins/job_report_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/signals_support.h"
#include "kernel/arguments.h"
#include "kernel/shell.h"
#include "scheduler/job_notice.h"

namespace weir::builtins {

using kernel::Context;
using scheduler::Job;
using scheduler::JobPtr;
using scheduler::JobState;
using Clock = std::chrono::system_clock;

namespace {

double epoch_seconds(Clock::time_point time) {
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch())
                 .count()) /
         1000;
}

std::chrono::nanoseconds duration_of(const Job& job) {
  return std::max<std::chrono::nanoseconds>(job.finished.value_or(Clock::now()) - job.started,
                                            std::chrono::nanoseconds(0));
}

/// For people: whole seconds are enough once it takes longer.
std::string time_text(std::chrono::nanoseconds time) {
  using namespace std::chrono;
  if (time < seconds(1)) return format_duration(duration_cast<milliseconds>(time));
  return format_duration(duration_cast<seconds>(time));
}

std::string state_text(const Job& job) {
  const std::string state(scheduler::to_string(job.state));
  if (job.state == JobState::failed) return fmt::format("{} {}", state, job.code);
  if (job.state == JobState::killed && job.code > 128) {
    return fmt::format("{} {}", state, signal_name(job.code - 128));
  }
  return state;
}

std::string processes_text(const Job& job) {
  std::string text;
  for (pid_t pid : job.group->live()) text += fmt::format("{}{}", text.empty() ? "" : " ", pid);
  return text.empty() ? "-" : text;
}

std::string last_line(const scheduler::BoundedStream& stream) {
  constexpr uint64_t kTail = 4096;
  const auto stats = stream.stats();
  std::string tail = stream.read(stats.written > kTail ? stats.written - kTail : 0, kTail).bytes;
  while (!tail.empty() && tail.back() == '\n') tail.pop_back();
  const size_t newline = tail.rfind('\n');
  return newline == std::string::npos ? tail : tail.substr(newline + 1);
}

/// The last column of the table: where it runs, why it waits, how it ended.
std::string note_of(const Context& ctx, const Job& job) {
  if (job.state == JobState::stopped) return stop_reason(job);
  if (!job.waits_for.empty()) return job.waits_for;
  if (!job.ended()) return abbreviate_home(ctx, job.directory);
  std::string note = time_text(Clock::now() - *job.finished) + " ago";
  const std::string line = job.state == JobState::failed ? last_line(*job.err) : "";
  if (!line.empty()) note += fmt::format("  \"{}\"", to_valid_utf8(one_line(line)));
  return note;
}

using Row = std::vector<std::string>;

Row table_row(const Context& ctx, const Job& job, bool with_processes) {
  Row row = {fmt::format("%{}", job.id)};
  if (with_processes) row.push_back(processes_text(job));
  row.insert(row.end(), {state_text(job), time_text(duration_of(job)), one_line(job.command),
                         note_of(ctx, job)});
  return row;
}

std::string padded(const std::string& text, size_t width) {
  const size_t columns = display_width(text);
  return text + std::string(width > columns ? width - columns : 0, ' ');
}

std::string aligned(const std::vector<Row>& rows, size_t terminal_width) {
  std::vector<size_t> widths(rows[0].size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  constexpr size_t kWidestCommand = 60;
  widths[widths.size() - 2] = std::min(widths[widths.size() - 2], kWidestCommand);
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += i + 1 == row.size() ? row[i] : padded(fit_width(row[i], widths[i]), widths[i]);
    }
    while (line.ends_with(' ')) line.pop_back();
    out += fit_width(line, terminal_width) + "\n";
  }
  return out;
}

}  // namespace

Value job_row(const Job& job) {
  List processes;
  for (pid_t pid : job.group->live()) processes.emplace_back(static_cast<int64_t>(pid));
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration_of(job)).count();
  const std::string waits = job.state == JobState::stopped ? stop_reason(job) : job.waits_for;
  return Value(Record{
      {"id", Value(job.id)},
      {"command", Value(job.command)},
      {"state", Value(scheduler::to_string(job.state))},
      {"code", job.ended() ? Value(job.code) : Value()},
      {"started", Value(epoch_seconds(job.started))},
      {"finished", job.finished ? Value(epoch_seconds(*job.finished)) : Value()},
      {"ms", Value(static_cast<int64_t>(ms))},
      {"processes", Value(std::move(processes))},
      {"out_bytes", Value(static_cast<int64_t>(job.out->stats().written))},
      {"err_bytes", Value(static_cast<int64_t>(job.err->stats().written))},
      {"directory", Value(job.directory)},
      {"where", Value(job.where)},
      {"waits_for", waits.empty() ? Value() : Value(waits)},
  });
}

std::string job_table(const Context& ctx, const std::vector<JobPtr>& jobs, bool with_processes,
                      size_t width) {
  if (jobs.empty()) return {};
  std::vector<Row> rows = {with_processes ? Row{"ID", "PROCESSES", "STATE", "TIME", "WHAT", ""}
                                          : Row{"ID", "STATE", "TIME", "WHAT", ""}};
  for (const JobPtr& job : jobs) rows.push_back(table_row(ctx, *job, with_processes));
  return aligned(rows, width);
}

std::string job_line(const Job& job, bool with_processes) {
  return fmt::format("%{}\t{}{}\t{}\t{}\t{}\t{}\n", job.id,
                     with_processes ? processes_text(job) + "\t" : "", state_text(job),
                     time_text(duration_of(job)), one_line(job.command), job.directory,
                     job.state == JobState::stopped ? stop_reason(job) : job.waits_for);
}

Value job_handle(const Job& job) {
  return job.only_process != 0 ? Value(static_cast<int64_t>(job.only_process))
                               : Value(fmt::format("%{}", job.id));
}

std::vector<JobPtr> own_jobs(const Context& ctx) {
  auto jobs = ctx.shell.jobs.all();
  std::erase_if(jobs, [&](const JobPtr& job) { return job->owner != ctx.id || job->disowned; });
  return jobs;
}

Result<JobPtr> find_job(const Context& ctx, const Value& operand) {
  const std::string text = operand.to_text();
  if (text.starts_with('%')) return ctx.shell.jobs.resolve(text);
  auto pid = kernel::whole_number(operand, "the process id", 1, INT32_MAX);
  if (!pid)
    return fail(ErrorKind::invalid,
                fmt::format("{} is neither a %job nor a process id", quote_word(text)));
  if (auto job = ctx.shell.jobs.find_pid(static_cast<pid_t>(*pid))) return job;
  return fail(ErrorKind::not_found,
              fmt::format("{} is not the process of a job of this shell", *pid));
}

}  // namespace weir::builtins
