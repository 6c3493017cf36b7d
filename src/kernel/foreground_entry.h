// ForegroundEntry: what was entered at the prompt, run as a job in the foreground.
//
// The entry has the terminal, and Ctrl-C and Ctrl-Z are for all of it: programs, builtins, loops,
// functions, scatters. It runs in a copy of the shell's context. When it ends, the shell takes that
// over; when it is stopped, both go on apart, as after a fork: it is a job then, like those that
// were started with `&`. Without a terminal there is no stopping, the rest is the same. Used by the
// prompt loop.
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

/// Where a program or the terminal itself ("^C") has left the cursor within a line: to the next.
loop::Task<void> begin_line(Context& ctx);
/// The notice of a job that was stopped in the foreground.
loop::Task<void> tell_stopped(Context& ctx, scheduler::Job& job);

class ForegroundEntry {
 public:
  /// The context must outlive it.
  ForegroundEntry(Context& ctx, std::string text);

  /// Until it has ended or was stopped, or the terminal is gone and programs of it live on. The
  /// status is the context's then. `early`: signals that
  /// came when it was already entered and did not yet run.
  loop::Task<void> run(parser::UnitPtr unit, std::vector<int> early = {});
  /// The same with a command that the shell itself needs in the foreground, such as the program
  /// that edits a line: when it is stopped it goes on at once. Gives its status, the context's is
  /// as before.
  loop::Task<int> run_words(std::vector<Value> words);
  /// The same with the traps of the signals that have arrived (traps.h). The status is as before.
  loop::Task<void> run_traps();
  /// The same with the trap on EXIT.
  loop::Task<void> run_exit_trap();
  /// The terminal sends signals to the shell while none of the entry's programs has it.
  void on_signal(int signal);

 private:
  using ContextPtr = std::shared_ptr<Context>;  // shared: this, the entry's coroutine

  static loop::Task<int> evaluate(ContextPtr entry, parser::UnitPtr unit);
  static loop::Task<int> evaluate_words(ContextPtr entry, std::vector<Value> words);
  static loop::Task<int> evaluate_traps(ContextPtr entry);
  static loop::Task<int> evaluate_exit_trap(ContextPtr entry);
  ContextPtr prepare() const;
  loop::Task<void> run_entry(ContextPtr entry, loop::Task<int> work, std::vector<int> early);
  void take_over(Context& entry);
  loop::Task<void> let_go(Context& entry);

  Context& ctx_;
  scheduler::JobPtr job_;
  loop::CancelSource hang_up_;  // the terminal is gone, and a program of it goes on (nohup)
  bool is_over_ = false;  // it has ended, or is a job like others
};

}  // namespace weir::kernel
