#include "kernel/foreground_entry.h"

#include <algorithm>
#include <csignal>

#include "kernel/builtin.h"
#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/job_notice.h"
#include "kernel/shell.h"
#include "kernel/traps.h"
#include "scheduler/leave_jobs.h"
#include "scheduler/terminal_input.h"

namespace weir::kernel {

namespace {

/// A job's text in a list is what was entered, without the newline at its end.
std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\n") + 1);
  return text;
}

}  // namespace

Task<void> begin_line(Context& ctx) {
  const auto& err = ctx.fds.get(2);
  if (!ctx.shell.terminal || !err || !err->is_terminal()) co_return;
  const std::string term = ctx.text_of("TERM");
  const size_t columns = ctx.shell.terminal->columns();
  std::string text = "\n";
  // Blanks that fill a line lead to the next, unless they began in its first column.
  if (columns > 1 && !term.empty() && term != "dumb") text = std::string(columns - 1, ' ') + '\r';
  (void)co_await ctx.err().write(text, {});
}

Task<void> tell_stopped(Context& ctx, scheduler::Job& job) {
  co_await begin_line(ctx);
  NoticeStyle style;
  if (const size_t columns = ctx.shell.terminal ? ctx.shell.terminal->columns() : 0; columns > 0)
    style.width = columns;
  co_await warn(ctx, tell(job, style));
}

ForegroundEntry::ForegroundEntry(Context& ctx, std::string text)
    : ctx_(ctx),
      job_(ctx.shell.jobs.create_entry(trimmed(std::move(text)), ctx.scope.directory->path, {})) {}

void ForegroundEntry::on_signal(int signal) {
  if (is_over_) return;
  if (signal == SIGHUP && scheduler::has_deaf_program(*job_)) hang_up_.cancel();
  if (signal == SIGINT || signal == SIGQUIT) return job_->interrupt(signal);
  if (signal != SIGTSTP) return job_->end(signal);
  // `fg` in the entry: its job is what is stopped.
  if (auto job = ctx_.shell.terminal->foreground()) ctx_.shell.jobs.stop(std::move(job), signal);
}

ForegroundEntry::ContextPtr ForegroundEntry::prepare() const {
  auto entry = std::make_shared<Context>(ctx_);
  auto& shell = ctx_.shell;
  entry->job = job_;
  entry->token = job_->cancel.token();
  entry->pause = &job_->pause;
  if (!shell.terminal) return entry;
  entry->group = job_->group;
  const auto& input = ctx_.fds.get(0);
  if (input && input->is_terminal())
    entry->fds.set(0, scheduler::make_terminal_input(*shell.terminal, shell.jobs, job_, input));
  return entry;
}

Task<int> ForegroundEntry::evaluate(ContextPtr entry, parser::UnitPtr unit) {
  co_return co_await run_unit(*entry, std::move(unit));
}

Task<int> ForegroundEntry::evaluate_words(ContextPtr entry, std::vector<Value> words) {
  co_return co_await kernel::run_words(*entry, std::move(words));
}

Task<int> ForegroundEntry::run_words(std::vector<Value> words) {
  auto& shell = ctx_.shell;
  scheduler::TerminalLoan loan;
  if (shell.terminal) loan = shell.terminal->lend(job_);
  job_->stages = 1;
  shell.jobs.start(job_, evaluate_words(prepare(), std::move(words)));
  while (!job_->ended()) {
    (void)co_await shell.jobs.wait(job_, {}, true);
    shell.jobs.resume(*job_);
  }
  co_return job_->code;
}

Task<void> ForegroundEntry::run(parser::UnitPtr unit, std::vector<int> early) {
  const ContextPtr entry = prepare();
  const auto items = unit->body->items;
  job_->stages = items.size() == 1 ? stages_of(items[0]) : 0;
  co_await run_entry(entry, evaluate(entry, std::move(unit)), std::move(early));
  if (job_->cancel.token().reason() == SIGINT) raise_trap(ctx_.shell, SIGINT);
}

Task<int> ForegroundEntry::evaluate_traps(ContextPtr entry) {
  co_await run_pending_traps(*entry);
  co_return entry->status;
}

Task<void> ForegroundEntry::run_traps() {
  const ContextPtr entry = prepare();
  return run_entry(entry, evaluate_traps(entry), {});
}

Task<int> ForegroundEntry::evaluate_exit_trap(ContextPtr entry) {
  co_await kernel::run_exit_trap(*entry);
  co_return entry->status;
}

Task<void> ForegroundEntry::run_exit_trap() {
  const ContextPtr entry = prepare();
  return run_entry(entry, evaluate_exit_trap(entry), {});
}

Task<void> ForegroundEntry::run_entry(ContextPtr entry, Task<int> work, std::vector<int> early) {
  auto& shell = ctx_.shell;
  scheduler::TerminalLoan loan;
  if (shell.terminal) loan = shell.terminal->lend(job_);
  for (const int signal : early) on_signal(signal);
  shell.jobs.start(job_, std::move(work));
  (void)co_await shell.jobs.wait(job_, hang_up_.token(), true);
  loan.end();
  is_over_ = true;
  if (!job_->ended()) co_return co_await let_go(*entry);
  take_over(*entry);
  if (job_->cancel.token().reason() == SIGINT) co_await begin_line(ctx_);
}

void ForegroundEntry::take_over(Context& entry) {
  if (const auto& input = entry.fds.get(0)) entry.fds.set(0, scheduler::terminal_behind(input));
  ctx_.take_over(std::move(entry));
  // Only `exit` leaves; a cancelled entry, break or return at top level ends just the entry.
  const bool leaves = ctx_.flow.kind == FlowKind::exit && !job_->cancel.cancelled();
  if (!leaves) ctx_.flow = {};
}

Task<void> ForegroundEntry::let_go(Context& entry) {
  ctx_.shell.jobs.enlist(job_);
  entry.part_from(ctx_);
  if (hang_up_.cancelled()) co_return;
  ctx_.status = 128 + job_->stopped_by;
  co_await tell_stopped(ctx_, *job_);
}

}  // namespace weir::kernel
