#include "builtins/job_report_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "base/signal_names.h"
#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/other_jobs_support.h"
#include "kernel/arguments.h"
#include "kernel/job_notice.h"
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
  if (!job.ended()) return shown_directory(ctx, job.directory);
  std::string note = short_duration(Clock::now() - *job.finished) + " ago";
  const std::string line = job.state == JobState::failed ? last_line(*job.err) : "";
  if (!line.empty()) note += fmt::format("  \"{}\"", to_valid_utf8(one_line(line)));
  return note;
}

/// A job that the gate lets wait: its state is the gate's, and its time that of the wait.
bool waits_at_gate(const Job& job, const Value* gate) {
  return gate != nullptr && job.state == JobState::running &&
         member_text(*gate, "state") == "waiting";
}

std::string shown_state(const Job& job, const Value* gate) {
  if (waits_at_gate(job, gate)) return "waiting";
  if (gate == nullptr || member_number(*gate, "total") == 0) return state_text(job);
  return fmt::format("{} {}/{}", state_text(job), member_number(*gate, "done"),
                     member_number(*gate, "total"));
}

std::string shown_time(const Job& job, const Value* gate) {
  if (waits_at_gate(job, gate)) return "+" + member_time(*gate, "time_ms");
  return short_duration(duration_of(job));
}

/// What it waits for: the gate, something of the shell, or somebody who lets it go on; or "".
std::string shown_wait(const Job& job, const Value* gate) {
  if (!waits_at_gate(job, gate)) {
    return job.state == JobState::stopped ? stop_reason(job) : job.waits_for;
  }
  const List& reasons = member_list(*gate, "reasons");
  return reasons.empty() ? "the gate" : reason_note(reasons.front());
}

std::string shown_note(const Context& ctx, const Job& job, const Value* gate) {
  return waits_at_gate(job, gate) ? state_note(ctx, *gate) : note_of(ctx, job);
}

}  // namespace

Value job_row(const Job& job, const Value* gate) {
  List processes;
  for (pid_t pid : job.group->live()) processes.emplace_back(static_cast<int64_t>(pid));
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration_of(job)).count();
  const std::string waits = shown_wait(job, gate);
  const bool waits_there = waits_at_gate(job, gate);
  return Value(Record{
      {"id", Value(job.id)},
      {"command", Value(job.command)},
      {"state", Value(scheduler::to_string(waits_there ? JobState::waiting : job.state))},
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
      {"gate", gate ? member(*gate, "id") : Value()},
      {"band", gate ? member(*gate, "band") : Value()},
      {"who", gate ? member(*gate, "requester") : Value()},
      {"eta_ms", gate ? member(*gate, waits_there ? "wait_ms" : "left_ms") : Value()},
  });
}

std::string job_table(const Context& ctx, const std::vector<JobPtr>& jobs, const JobGates& gates,
                      bool with_processes, size_t width) {
  const bool any_gated =
      std::ranges::any_of(jobs, [&](const JobPtr& job) { return gates.find(*job) != nullptr; });
  Table table{.head = {"ID"}, .droppable = {"WHO", "LANE", "ETA"}, .last_droppable = {"TIME"}};
  if (with_processes) table.head.emplace_back("PROCESSES");
  table.head.insert(table.head.end(), {"STATE", "TIME"});
  if (any_gated) table.head.insert(table.head.end(), {"ETA", "LANE", "WHO"});
  table.flexible = table.head.size();
  table.head.insert(table.head.end(), {"WHAT", ""});
  for (const JobPtr& job : jobs) {
    const Value* gate = gates.find(*job);
    TableRow row = {fmt::format("%{}", job->id)};
    if (with_processes) row.push_back(processes_text(*job));
    row.insert(row.end(), {shown_state(*job, gate), shown_time(*job, gate)});
    if (any_gated && gate != nullptr) {
      row.insert(row.end(), {eta_text(*gate), member_text(*gate, "band"), who_text(*gate)});
    } else if (any_gated) {
      row.insert(row.end(), {"–", "–", "me"});
    }
    row.insert(row.end(), {kernel::shown_command(job->command), shown_note(ctx, *job, gate)});
    table.rows.push_back(std::move(row));
  }
  return table.drawn(width);
}

std::string job_line(const Job& job, const Value* gate, bool with_processes) {
  TableRow row = {fmt::format("%{}", job.id)};
  if (with_processes) row.push_back(processes_text(job));
  row.insert(row.end(), {shown_state(job, gate), shown_time(job, gate),
                         kernel::shown_command(job.command), job.directory, shown_wait(job, gate)});
  return tabbed(row);
}

List each_job_named(const List& operands) {
  List each;
  for (const Value& operand : operands) {
    const std::string text = operand.to_text();
    if (!text.contains('\n')) {
      each.push_back(operand);
      continue;
    }
    for (const auto line : std::views::split(text, '\n')) {
      if (!line.empty()) each.emplace_back(std::string(line.begin(), line.end()));
    }
  }
  return each;
}

std::vector<JobPtr> own_jobs(const Context& ctx) {
  auto jobs = ctx.shell.jobs.all();
  std::erase_if(jobs, [&](const JobPtr& job) { return job->owner != ctx.id || job->disowned; });
  return jobs;
}

Result<JobPtr> find_job(const Context& ctx, const Value& operand) {
  const std::string text = without_own_pid(ctx, operand.to_text());
  if (text.starts_with('%')) return ctx.shell.jobs.resolve(text, ctx.job_id());
  if (is_other_spec(ctx, text)) return not_of_this_shell(text);
  auto pid = kernel::whole_number(operand, "the process id", 1, INT32_MAX);
  if (!pid)
    return fail(ErrorKind::misuse,
                fmt::format("{} is neither a %job nor a process id", quote_word(text)));
  if (auto job = ctx.shell.jobs.find_pid(static_cast<pid_t>(*pid))) return job;
  return fail(ErrorKind::not_found,
              fmt::format("{} is not the process of a job of this shell", *pid));
}

}  // namespace weir::builtins
