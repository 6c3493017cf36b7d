#include "kernel/agent_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>

#include "base/user_directories.h"
#include "kernel/agent_environment.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/shell.h"
#include "kernel/traps.h"
#include "scheduler/leave_jobs.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

namespace {

constexpr int kSignalBase = 128;
constexpr int kTimedOut = 124;  // as timeout(1)
constexpr loop::Duration kGrace = std::chrono::seconds(2);

/// Programs that ask at /dev/tty although stdin is empty (ssh, sudo) find none. Not for the leader
/// of a session: its whole session would lose the terminal.
void leave_terminal() {
  if (::getsid(0) == ::getpid()) return;
  const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal) (void)::ioctl(terminal.get(), TIOCNOTTY);
}

Value job_record(const scheduler::Job& job) {
  Record record;
  record.set("id", Value(fmt::format("%{}", job.id)));
  record.set("state", Value(scheduler::to_string(job.state)));
  record.set("command", Value(job.command));
  return Value(std::move(record));
}

bool may_live_on(const scheduler::Job& job) { return job.disowned && job.only_process != 0; }

/// Ends what the text left running; the jobs that it had not let go of, as they were.
loop::Task<List> end_jobs(Context& ctx) {
  Shell& shell = ctx.shell;
  List left;
  for (const auto& job : shell.jobs.live()) {
    left.push_back(job_record(*job));
    shell.add_hint(
        fmt::format("%{} still ran and was ended: wait for it, or let it live on with "
                    "COMMAND > FILE 2>&1 & disown",
                    job->id));
  }
  loop::TaskGroup killers(shell.loop);
  for (const auto& job : shell.jobs.all()) {
    if (!job->ended() && !may_live_on(*job)) killers.start(shell.jobs.kill(job, SIGTERM, kGrace));
  }
  co_await killers.join();
  co_await scheduler::leave_jobs(shell.jobs, shell.reaper);
  co_await shell.background.join();
  co_return left;
}

struct Ran {
  int code = 0;
  std::vector<StageResult> stages;
  std::string directory;
  List jobs;
};

loop::Task<Ran> run_all(Context& ctx, AgentRequest& request, AgentOutput& out, AgentOutput& err) {
  Ran ran;
  ctx.fds.set(0, scheduler::make_null_file(ctx.shell.loop));
  ctx.fds.set(1, out.collector());
  ctx.fds.set(2, err.collector());
  (void)co_await run_text(ctx, std::move(request.name), std::move(request.text));
  ran.stages = std::move(ctx.stages);
  co_await hear_last_signals(ctx);
  co_await run_exit_trap(ctx);
  ran.code = ctx.status;
  ran.directory = ctx.scope.directory->path;
  ran.jobs = co_await end_jobs(ctx);
  ctx.fds.clear();
  co_await out.collector()->finish(false, {});
  co_await err.collector()->finish(false, {});
  co_return ran;
}

Value stage_records(std::vector<StageResult> stages) {
  List list;
  for (auto& stage : stages) {
    Record record;
    record.set("cmd", Value(std::move(stage.command)));
    record.set("code", Value(stage.code));
    list.emplace_back(std::move(record));
  }
  return Value(std::move(list));
}

Value file_value(const AgentOutput::Shown& shown) {
  return shown.file.empty() ? Value() : Value(shown.file);
}

Value hint_list(Shell& shell, const AgentOutput::Shown& out, const AgentOutput::Shown& err,
                int code) {
  if (out.is_cut && !out.file.empty()) shell.add_hint("the whole of stdout: " + out.file);
  if (err.is_cut && !err.file.empty()) shell.add_hint("the whole of stderr: " + err.file);
  if (code == kTimedOut) shell.add_hint("124: a time limit ended it");
  if (code == kSignalBase + SIGKILL) shell.add_hint("SIGKILL ended it: perhaps memory ran out");
  List hints;
  for (auto& hint : shell.hints) hints.emplace_back(std::move(hint));
  return Value(std::move(hints));
}

/// REQUIRES: ran.stages and ran.jobs are not needed any more.
Record result_record(Ran& ran, const AgentOutput::Shown& out, const AgentOutput::Shown& err,
                     std::chrono::steady_clock::duration took) {
  const int signal = ran.code > kSignalBase ? ran.code - kSignalBase : 0;
  Record record;
  record.set("state", Value(signal ? "killed" : ran.code == 0 ? "done" : "failed"));
  record.set("code", Value(ran.code));
  record.set("signal", signal ? Value(signal) : Value());
  record.set("stdout", Value(out.text));
  record.set("stderr", Value(err.text));
  record.set("stages", stage_records(std::move(ran.stages)));
  record.set("duration_ms",
             Value(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  record.set("queued_ms", Value(0));  // nothing waits before it runs
  record.set("cwd", Value(ran.directory));
  record.set("truncated", Value(out.is_cut || err.is_cut));
  record.set("stdout_file", file_value(out));
  record.set("stderr_file", file_value(err));
  record.set("jobs", Value(std::move(ran.jobs)));
  return record;
}

}  // namespace

AgentResult run_for_agent(Kernel& kernel, AgentRequest request) {
  Context& ctx = kernel.context();
  Shell& shell = ctx.shell;
  enter_agent_environment(ctx);
  shell.reports_its_end = true;
  update_signal_watchers(ctx);
  leave_terminal();
  const auto began = std::chrono::steady_clock::now();
  const size_t budget = request.output_budget;
  AgentOutput out(shell.loop,
                  runtime_directory([&](const char* name) { return ctx.text_of(name); }));
  AgentOutput err(shell.loop,
                  runtime_directory([&](const char* name) { return ctx.text_of(name); }));
  Ran ran = shell.loop.run(run_all(ctx, request, out, err));
  const auto took = std::chrono::steady_clock::now() - began;
  const auto shown_out = out.show(budget);
  const auto shown_err = err.show(budget);
  AgentResult result{.record = result_record(ran, shown_out, shown_err, took), .code = ran.code};
  result.record.set("hints", hint_list(shell, shown_out, shown_err, ran.code));
  return result;
}

AgentResult refuse_for_agent(Kernel& kernel, std::string message, int code) {
  Ran ran{.code = code, .directory = kernel.context().scope.directory->path};
  const AgentOutput::Shown out, err{.text = std::move(message)};
  AgentResult result{.record = result_record(ran, out, err, {}), .code = code};
  result.record.set("hints", Value(List()));
  return result;
}

}  // namespace weir::kernel
