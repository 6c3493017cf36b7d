#include "kernel/traps.h"

#include <csignal>
#include <utility>

#include "kernel/evaluator.h"
#include "kernel/kept_place.h"
#include "kernel/shell.h"

namespace weir::kernel {

namespace {

bool is_fatal(int signal) {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGUSR1 ||
         signal == SIGUSR2;
}

bool is_of_jobs(int signal) { return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

/// What the prompt loop itself takes: it stays in the shell's hands, whatever the traps say.
/// Programs get what the scope says.
bool is_of_prompt(const Shell& shell, int signal) {
  if (is_of_jobs(signal)) return shell.terminal != nullptr;
  return shell.interactive &&
         (signal == SIGINT || signal == SIGQUIT || signal == SIGTERM || signal == SIGHUP);
}

const Trap* find_trap(const Context& ctx, int signal) {
  const auto& traps = *ctx.scope.traps;
  const auto at = traps.find(signal);
  return at == traps.end() || at->second.text.empty() ? nullptr : &at->second;
}

/// Of the process: it is for the shell's own context, and for a subshell in the foreground.
void on_signal(Shell& shell, int signal, bool trapped) {
  const bool is_taken = shell.takers.take(signal);
  if (trapped)
    shell.signals.add(signal);
  else if (!is_taken)
    shell.end(signal);
}

void set_ignored(Shell& shell, int signal, bool ignored) {
  const bool changes = ignored ? shell.ignored_by_trap.insert(signal).second
                               : shell.ignored_by_trap.erase(signal) != 0;
  if (changes && !is_of_prompt(shell, signal)) ::signal(signal, ignored ? SIG_IGN : SIG_DFL);
}

Task<void> run_text(Context& ctx, const Trap& trap) {
  if (!trap.unit) co_return;
  KeptPlace::interrupt(ctx, trap.unit);
  ctx.in_trap = true;
  ctx.status_before_trap = ctx.status;
  (void)co_await run_unit(ctx, trap.unit);
}

/// Runs the text of a trap with the status, flow and errexit state set aside.
Task<void> run_trap(Context& ctx, Trap trap) {
  const int status = ctx.status;
  const bool was_in_trap = ctx.in_trap;
  {
    const KeptPlace place(ctx);
    co_await run_text(ctx, trap);
  }
  ctx.in_trap = was_in_trap;
  // `exit` in a trap leaves with its own status; otherwise $? is as it was.
  if (!ctx.unwinding()) ctx.status = status;
}

/// Of what runs although the context is cancelled.
loop::CancelToken last_token(Context& ctx) {
  auto& last = ctx.job ? ctx.job->last : ctx.shell.last;
  if (last.cancelled()) last = loop::CancelSource();
  return last.token();
}

void watch(Shell& shell, int signal, bool trapped) {
  shell.signal_watchers[signal] = std::make_unique<loop::SignalWatcher>(
      shell.loop, signal, [&shell, signal, trapped] { on_signal(shell, signal, trapped); });
}

/// A part of it has an EXIT trap, which runs when a signal ends all.
void end_in_order(Shell& shell) {
  if (std::exchange(shell.ends_in_order, true)) return;
  for (int signal = 1; signal < NSIG; ++signal) {
    const bool is_ignored = sigismember(&shell.inherited_ignored, signal) == 1 ||
                            shell.ignored_by_trap.contains(signal);
    if (is_fatal(signal) && !is_ignored && !shell.signal_watchers.contains(signal))
      watch(shell, signal, false);
  }
}

}  // namespace

void update_signal_watchers(Context& ctx) {
  if (ctx.signals) ctx.signals->update(ctx.scope.traps);
  Shell& shell = ctx.shell;
  const bool has_exit_trap = find_trap(ctx, Scope::kTrapExit) != nullptr;
  if (ctx.subshell_depth > 0) {
    if (has_exit_trap && !shell.interactive) end_in_order(shell);
    return;
  }
  const bool ends_with_work = shell.reports_its_end || shell.ends_in_order || has_exit_trap;
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal == SIGCHLD || signal == SIGKILL || signal == SIGSTOP) continue;
    if (signal == SIGPIPE || signal == SIGXFSZ) continue;  // errors of a write (ignore_sigpipe)
    if (is_of_jobs(signal) && shell.terminal) continue;
    // POSIX: what a script was started to ignore stays ignored (nohup).
    if (!shell.interactive && sigismember(&shell.inherited_ignored, signal) == 1) continue;
    const auto& traps = *ctx.scope.traps;
    const auto at = traps.find(signal);
    const bool ignored = at != traps.end() && at->second.text.empty();
    const bool trapped = at != traps.end() && !ignored;
    // A fatal signal must still run the EXIT trap, and give the result.
    const bool cancels = ends_with_work && is_fatal(signal) && at == traps.end() &&
                         !is_of_prompt(shell, signal) &&
                         sigismember(&shell.inherited_ignored, signal) != 1;
    shell.signal_watchers.erase(signal);
    set_ignored(shell, signal, ignored);
    if (trapped || cancels) watch(shell, signal, trapped);
  }
}

namespace {

bool is_interrupt(int signal) { return signal == SIGINT; }
bool is_ending(int signal) { return !scheduler::is_message(signal); }
bool is_any(int) { return true; }

/// It has none on INT, and is no part of a job: the signal of a terminal is for it, too.
bool is_open_to_interrupt(const Context& ctx) {
  return ctx.subshell_depth > 0 && !ctx.job && !ctx.scope.traps->contains(SIGINT);
}

}  // namespace

bool is_interrupted(const Context& ctx) {
  return !ctx.shell.signals.empty() && is_open_to_interrupt(ctx) &&
         ctx.shell.signals.contains(SIGINT);
}

InterruptSource::InterruptSource(Context& ctx, Interrupts which)
    : counts_(which == Interrupts::all ? is_any : is_ending) {
  const bool shell_traps = !ctx.shell.signal_watchers.empty();
  if (ctx.subshell_depth == 0) {
    if (shell_traps) signals_ = &ctx.shell.signals;
  } else if (is_open_to_interrupt(ctx)) {
    if (shell_traps) signals_ = &ctx.shell.signals;
    counts_ = is_interrupt;
  } else if (ctx.signals && !ctx.scope.traps->empty()) {
    signals_ = &ctx.signals->pending();
  }
}

int InterruptSource::signal() const { return signals_->first_of(counts_); }

void raise_trap(Shell& shell, int signal) {
  if (shell.signal_watchers.contains(signal)) shell.signals.add(signal);
}

Task<void> run_pending_traps(Context& ctx) {
  PendingSignals* const pending = pending_of(ctx);
  while (pending && !pending->empty() && !ctx.unwinding()) {
    const int signal = pending->take_first();
    if (const Trap* trap = find_trap(ctx, signal)) co_await run_trap(ctx, *trap);
  }
}

Task<void> run_err_trap(Context& ctx) {
  if (ctx.in_trap) co_return;
  if (const Trap* trap = find_trap(ctx, Scope::kTrapErr)) co_await run_trap(ctx, *trap);
}

Task<void> run_exit_trap(Context& ctx) {
  const Trap* found = find_trap(ctx, Scope::kTrapExit);
  if (!found) co_return;
  Trap trap = *found;
  ctx.scope.traps.edit().erase(Scope::kTrapExit);
  // The trap runs although the context is on its way out, cancelled or not. The next signal ends
  // it.
  ctx.flow = {};
  if (ctx.is_cancelled()) ctx.token = last_token(ctx);
  const int status = ctx.status;
  co_await run_text(ctx, trap);
  if (ctx.flow.kind != FlowKind::exit) ctx.status = status;
}

}  // namespace weir::kernel
