// `list &`: a job with its own context, its output kept and passed on.
#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/scope_signals.h"
#include "kernel/terminal_output.h"
#include "scheduler/collector.h"
#include "scheduler/pipe.h"
#include "scheduler/terminal_input.h"

namespace weir::kernel {

namespace {

using parser::CommandKind;
using parser::ListItem;

/// Where that is all of it; else null.
const parser::Command* one_command(const ListItem& item, CommandKind kind) {
  if (item.items.size() != 1) return nullptr;
  const auto& pipeline = *item.items[0].pipeline;
  if (pipeline.stages.size() != 1 || pipeline.negated || pipeline.timed) return nullptr;
  const parser::Command* command = pipeline.stages[0].command;
  return command->kind == kind ? command : nullptr;
}

using CollectorPtr = std::shared_ptr<scheduler::Collector>;

Task<int> run_job(Context sub, const ListItem& item, CollectorPtr out, CollectorPtr err) {
  (void)co_await run_and_or(sub, item);
  if (!sub.scope.traps->empty()) co_await hear_last_signals(sub);
  sub.flow = {};
  if (!sub.scope.traps->empty()) co_await run_exit_trap(sub);
  const int status = sub.status;
  sub.fds.clear();
  // What the job's own processes wrote is there; a process they left behind keeps nobody waiting.
  // But one that ignores the hang-up (nohup) has to have a reader.
  if (out) co_await out->finish(sub.job->is_hung_up, {});
  if (err) co_await err->finish(sub.job->is_hung_up, {});
  co_return status;
}

/// The file that keeps a copy in `stream` and passes on to descriptor `fd`.
CollectorPtr tee(Context& sub, int fd, std::shared_ptr<scheduler::BoundedStream> stream) {
  const auto& there = sub.fds.get(fd);
  if (!there) return nullptr;
  auto file =
      scheduler::make_tee_file(sub.shell.loop, std::move(stream), own_terminal_output(there));
  sub.fds.set(fd, file);
  return file;
}

/// What ends the job, too: the job around it, a timeout. Not the entry at the prompt, or the start
/// file, that starts it: Ctrl-C is for what runs in the foreground.
loop::CancelToken token_around(const Context& ctx) {
  const bool outlives = ctx.signals && ctx.signals->outlives(ctx.token);
  const loop::CancelToken around = outlives ? ctx.signals->around() : ctx.token;
  const bool is_of_entry =
      ctx.job ? ctx.job->is_entry && around == ctx.job->cancel.token() : ctx.shell.interactive;
  return is_of_entry ? ctx.shell.cancel.token() : around;
}

}  // namespace

Task<int> start_background(Context& ctx, const ListItem& item) {
  Shell& shell = ctx.shell;
  std::string text(ctx.unit ? ctx.unit->text(item.span) : std::string_view());
  while (!text.empty() && (text.back() == '&' || text.back() == ' ')) text.pop_back();
  auto job = shell.jobs.create(std::move(text), ctx.scope.directory->path, token_around(ctx));
  job->owner = ctx.id;
  job->within = ctx.job_id();
  job->stages = stages_of(item);
  Context sub = ctx.subshell();
  job->depth = sub.recursion;
  sub.job = job;
  sub.hear_signals(job, job->cancel.token());
  sub.pause = &job->pause;
  sub.group = job->group;
  sub.condition_depth = 0;
  sub.is_last_command = sub.is_job_command = one_command(item, CommandKind::simple) != nullptr;
  sub.own_subshell = one_command(item, CommandKind::subshell);
  // POSIX 2.9.3.1: without job control its stdin is empty unless redirected.
  if (!shell.interactive) {
    sub.fds.set(0, scheduler::make_null_file(shell.loop));
  } else if (const auto& input = sub.fds.get(0); shell.terminal && input && input->is_terminal()) {
    sub.fds.set(0, scheduler::make_terminal_input(*shell.terminal, shell.jobs, job,
                                                  scheduler::terminal_behind(input)));
  }
  auto out = tee(sub, 1, job->out);
  auto err = tee(sub, 2, job->err);
  for (const auto& file : {out, err}) {
    if (file) job->passing_on.push_back(file);
  }
  shell.jobs.start(job, run_job(std::move(sub), item, std::move(out), std::move(err)));
  job->handle = job->only_process;
  ctx.last_background = std::move(job);
  co_return ctx.status = 0;
}

}  // namespace weir::kernel
