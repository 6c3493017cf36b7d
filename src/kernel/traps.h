// Traps: EXIT, ERR and signals, run between commands of the shell's own context, and while an
// interactive shell waits for a line; in a subshell those on the signals that come to it
// (scope_signals.h).
//
// The signals of the terminal are for the entry that runs at the prompt, trapped or not: it ends,
// and the trap runs then.
#pragma once

#include <string>

#include "kernel/context.h"
#include "kernel/scope_signals.h"
#include "kernel/shell.h"
#include "loop/task.h"

namespace weir::kernel {

/// Brings signal watchers and dispositions in line with ctx.scope.traps. Called
/// by `trap` after each change; acts for the shell's own context, and for a subshell that signals
/// come to.
void update_signal_watchers(Context& ctx);

/// As if the signal had arrived: its trap is going to run, once. Nothing where it has none.
void raise_trap(Shell& shell, int signal);

/// Those whose traps run in this context; null where none do.
inline PendingSignals* pending_of(Context& ctx) {
  if (ctx.subshell_depth == 0) return &ctx.shell.signals;
  return ctx.signals ? &ctx.signals->pending() : nullptr;
}

/// A part of a script's foreground that Ctrl-C ends, while a trap takes it for the script.
bool is_interrupted(const Context& ctx);

enum class Interrupts : uint8_t { ending, all };  // by which programs end; messages, too
/// What may end a command of the context that waits, so that a trap runs.
class InterruptSource {
 public:
  InterruptSource(Context& ctx, Interrupts which);
  /// Where no trap is set nothing comes.
  bool is_there() const { return signals_ != nullptr; }
  /// The signal; 0: none has come. REQUIRES: is_there().
  int signal() const;
  loop::Event& arrived() const { return signals_->arrived(); }

 private:
  PendingSignals* signals_ = nullptr;
  bool (*counts_)(int);
};

/// Runs the traps of the signals that arrived. Status and $? are as before after it.
loop::Task<void> run_pending_traps(Context& ctx);

/// Runs the ERR trap, if there is one, after a command that failed.
loop::Task<void> run_err_trap(Context& ctx);

}  // namespace weir::kernel
