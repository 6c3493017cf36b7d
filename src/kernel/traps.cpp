#include "kernel/traps.h"

#include <algorithm>
#include <csignal>

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

void on_signal(Shell& shell, int signal, bool trapped) {
  if (trapped) {
    shell.pending_signals.push_back(signal);
    shell.signal_arrived.pulse();
  } else {
    shell.cancel.cancel(signal);
  }
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

}  // namespace

void update_signal_watchers(Context& ctx) {
  if (ctx.subshell_depth > 0) return;
  Shell& shell = ctx.shell;
  const bool ends_with_work = shell.reports_its_end || find_trap(ctx, Scope::kTrapExit) != nullptr;
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal == SIGCHLD || signal == SIGKILL || signal == SIGSTOP) continue;
    if (signal == SIGPIPE || signal == SIGXFSZ) continue;  // errors of a write (ignore_sigpipe)
    if (is_of_jobs(signal) && shell.terminal) continue;
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
    if (trapped || cancels) {
      shell.signal_watchers[signal] = std::make_unique<loop::SignalWatcher>(
          shell.loop, signal, [&shell, signal, trapped] { on_signal(shell, signal, trapped); });
    }
  }
}

void raise_trap(Shell& shell, int signal) {
  if (!shell.signal_watchers.contains(signal)) return;
  if (std::ranges::find(shell.pending_signals, signal) != shell.pending_signals.end()) return;
  shell.pending_signals.push_back(signal);
  shell.signal_arrived.pulse();
}

Task<void> run_pending_traps(Context& ctx) {
  while (!ctx.shell.pending_signals.empty() && !ctx.unwinding()) {
    const int signal = ctx.shell.pending_signals.front();
    ctx.shell.pending_signals.pop_front();
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
  // The trap runs although the context is on its way out, cancelled or not.
  ctx.flow = {};
  ctx.token = {};
  const int status = ctx.status;
  co_await run_text(ctx, trap);
  if (ctx.flow.kind != FlowKind::exit) ctx.status = status;
}

}  // namespace weir::kernel
