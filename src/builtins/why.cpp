// `why`: what a job is doing, or waits for.
#include <fmt/format.h>

#include <algorithm>

#include "base/short_duration.h"
#include "base/signal_names.h"
#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/job_report_support.h"
#include "builtins/process_facts_support.h"
#include "builtins/reports_support.h"
#include "kernel/job_notice.h"
#include "kernel/terminal_output.h"
#include "scheduler/process_tree.h"

namespace weir::builtins {

namespace {

using scheduler::Job;
using scheduler::JobPtr;
using scheduler::JobState;

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr ExampleSchema kExamples[] = {
    {"why %2", "why does it take so long?"},
    {"why --json %2 | get processes", "its processes as records"},
};
constexpr CommandSchema kWhy = {
    .name = "why",
    .summary = "tell what a job is doing, or waits for",
    .synopsis = "[--json] [JOB…]",
    .flags = kFlags,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "Without a JOB the current one. Of each process, those that it started among them: whether "
        "it\n"
        "runs, what it waits for in the system, the processor time it has had.",
    .group = "jobs"};

struct SeenProcess {
  scheduler::ProcessEntry entry;
  ProcessFacts facts;
};

std::vector<SeenProcess> processes_of(const Job& job) {
  std::vector<SeenProcess> seen;
  const auto roots = job.group->live();
  for (const auto& entry : scheduler::process_trees(roots)) {
    auto facts = process_facts(entry.pid);
    // What weir itself has put beside a program (gate/group_witness.h) is nobody's question.
    if (facts && facts->name != "gate-witness") seen.push_back({entry, std::move(*facts)});
  }
  return seen;
}

/// The process that the others wait for: the innermost that is at work or waits for something else
/// than a child.
const SeenProcess* blocking_process(const std::vector<SeenProcess>& processes) {
  for (auto at = processes.rbegin(); at != processes.rend(); ++at) {
    if (!at->entry.is_zombie) return &*at;
  }
  return nullptr;
}

std::string how_it_ended(const Job& job) {
  if (job.state == JobState::killed && job.code > 128) {
    return fmt::format("killed {}, {}", signal_name(job.code - 128), job.code);
  }
  return fmt::format("{}, {}", scheduler::to_string(job.state), job.code);
}

std::string sleep_text(loop::Clock::time_point until) {
  if (until == loop::Clock::time_point::max()) return "no process: `sleep` waits without end";
  const auto left = std::max<loop::Duration>(until - loop::Clock::now(), loop::Duration(0));
  return fmt::format("no process: `sleep` waits, {} left", short_duration(left));
}

std::string what_now(const Job& job, const std::vector<SeenProcess>& processes) {
  if (job.state == JobState::stopped) return "stopped: it does nothing until fg or bg";
  if (!job.waits_for.empty()) return "waits for " + job.waits_for;
  if (const SeenProcess* process = blocking_process(processes)) {
    return fmt::format("{} {}", process->entry.pid, describe_state(process->facts));
  }
  if (job.sleeps_until) return sleep_text(*job.sleeps_until);
  return "no process: the shell itself works or waits in it";
}

std::string what_you_can(const Job& job) {
  const std::string go_on = job.state == JobState::stopped ? fmt::format("bg %{} · ", job.id) : "";
  return fmt::format("{0}fg %{1} · kill %{1} · jobs -o %{1}", go_on, job.id);
}

/// "/usr/bin/rustc --crate-name a": the words from "rustc" on.
std::string without_directory(const std::string& command) {
  const size_t slash = command.substr(0, command.find(' ')).rfind('/');
  return slash == std::string::npos ? command : command.substr(slash + 1);
}

/// A line each; at a terminal the words of a command give way to what it does.
std::string process_lines(const Context& ctx, const std::vector<SeenProcess>& processes) {
  constexpr size_t kShortest = 16;
  const size_t width = kernel::terminal_width(ctx);
  std::string out;
  for (const SeenProcess& process : processes) {
    const std::string begin = fmt::format("  process  {} ", process.entry.pid);
    const std::string doing = fmt::format(": {}, processor time {}", describe_state(process.facts),
                                          format_duration(process.facts.cpu));
    std::string command = one_line(to_valid_utf8(process.facts.command));
    const size_t used = begin.size() + display_width(doing);
    if (width > 0)
      command =
          fit_width(without_directory(command), std::max(kShortest, width - std::min(width, used)));
    out += begin + command + doing + '\n';
  }
  return out;
}

std::string text_of(const Context& ctx, const Job& job, const std::vector<SeenProcess>& processes) {
  if (job.ended())
    return fmt::format("%{} {} has ended: {}\n", job.id, kernel::shown_command(job.command),
                       how_it_ended(job));
  std::string out =
      fmt::format("%{} {} ({}, {})\n", job.id, kernel::shown_command(job.command),
                  scheduler::to_string(job.state), shown_directory(ctx, job.directory));
  out += fmt::format("  now      {}\n", what_now(job, processes));
  out += process_lines(ctx, processes);
  return out + fmt::format("  you can  {}\n", what_you_can(job));
}

/// `gate`: what the gate knows of the job, or null; its state and reason are then the gate's.
Value row_of(const Job& job, const Value* gate, const std::vector<SeenProcess>& processes) {
  List rows;
  for (const SeenProcess& process : processes) {
    const auto& [entry, facts] = process;
    rows.emplace_back(Record{
        {"pid", Value(static_cast<int64_t>(entry.pid))},
        {"parent", Value(static_cast<int64_t>(entry.parent))},
        {"command", Value(facts.command)},
        {"state", Value(std::string(1, facts.state))},
        {"doing", Value(describe_state(facts))},
        {"wait_channel", facts.wait_channel.empty() ? Value() : Value(facts.wait_channel)},
        {"cpu_ms", Value(static_cast<int64_t>(
                       std::chrono::duration_cast<std::chrono::milliseconds>(facts.cpu).count()))},
    });
  }
  const Value listed = job_row(job, gate);
  return Value(Record{
      {"id", member(listed, "id")},
      {"command", member(listed, "command")},
      {"state", member(listed, "state")},
      {"code", member(listed, "code")},
      {"waits_for", member(listed, "waits_for")},
      {"now", job.ended() ? Value("has ended") : Value(what_now(job, processes))},
      {"processes", Value(std::move(rows))},
  });
}

/// Why a job waits at the gate is the gate's to tell; of one that runs the processes, too.
void explain(const Context& ctx, const Job& job, const JobGates& gates, Report& report) {
  if (const Value* gate = gates.find(job)) {
    const auto processes = processes_of(job);
    report.out += why_text(ctx, *gate, fmt::format("%{}", job.id));
    if (member_text(*gate, "state") != "waiting") report.out += process_lines(ctx, processes);
    Value row = row_of(job, gate, processes);
    row.record_mut().set("gate", *gates.report(job));
    report.rows.push_back(std::move(row));
    return;
  }
  const auto processes = job.ended() ? std::vector<SeenProcess>() : processes_of(job);
  report.out += text_of(ctx, job, processes);
  report.rows.push_back(row_of(job, nullptr, processes));
}

Task<int> why(Invocation call) {
  const JobGates gates = co_await ask_job_gates(call.ctx);
  Report report(call);
  if (call.operands().empty()) {
    const JobPtr job = call.ctx.shell.jobs.current(call.ctx.job_id());
    if (!job) co_return co_await complain(call, "there is no job");
    explain(call.ctx, *job, gates, report);
  }
  for (const Value& operand : call.operands()) {
    auto job = find_job(call.ctx, operand);
    if (job)
      explain(call.ctx, **job, gates, report);
    else
      report.error(job.error());
  }
  co_return co_await std::move(report).finish();
}

ValueTask<int> run_why(Invocation call) { return why(std::move(call)); }

}  // namespace

void register_why(BuiltinRegistry& registry) { registry.add({&kWhy, run_why}); }

}  // namespace weir::builtins
