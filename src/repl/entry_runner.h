// EntryRunner: runs what was entered at the prompt, and takes the signals of the terminal.
//
// They are for the entry that runs; before it runs, from the moment that the terminal is no longer
// the editor's, they are kept for it. What comes between an entry's end and the next such moment
// is for nobody.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/context.h"
#include "kernel/foreground_entry.h"
#include "loop/loop.h"
#include "parser/ast.h"

namespace weir::repl {

class EntryRunner {
 public:
  /// The context must outlive it.
  explicit EntryRunner(kernel::Context& ctx);

  /// Checks a text and runs it; errors are reported and give 2. `typed`: keys behind Enter that
  /// stand for signals.
  loop::Task<void> run_text(std::string text, std::vector<int> typed = {});
  /// What messages and $LINENO call the first line of the next one.
  uint32_t next_line() const { return next_line_; }
  /// How many that were, those with errors, too.
  uint64_t entries() const { return entries_; }
  /// A line of the plain prompt; nothing at the end. Ctrl-C gives up what was typed of it: the
  /// error is `cancelled` then.
  loop::Task<Result<std::optional<std::string>>> read_plain_line();
  /// Runs the traps of signals that have arrived; the status is as before.
  loop::Task<void> run_traps();
  /// Runs the trap on EXIT, once, when the last entry has ended. Ctrl-C ends it, and without a
  /// terminal TERM.
  loop::Task<void> run_exit_trap();
  /// Runs the traps of signals where there is no terminal any more.
  loop::Task<void> run_last_traps();
  /// Reads a file before the first prompt (kernel/start_files.h); Ctrl-C ends it.
  loop::Task<void> run_start_file(std::string path);
  /// The terminal was given back, the next entry is on its way: signals from now on are for it.
  void expect_entry();
  /// Tells of jobs that have ended or were stopped since the last time (kernel/job_notice.h).
  loop::Task<void> report_jobs();
  /// Something of the shell's own that waits: its token is triggered by Ctrl-C and the hang-up.
  loop::Task<void> run_interruptible(std::function<loop::Task<void>(loop::CancelToken)> step);

  /// The terminal is gone: what runs and what waits for input ends, as by SIGHUP.
  void hang_up();
  bool is_hung_up() const { return hang_up_.cancelled(); }
  loop::CancelToken hang_up_token() const { return hang_up_.token(); }

 private:
  loop::Task<void> run_without_terminal(std::function<loop::Task<void>()> step);
  loop::Task<void> run(parser::UnitPtr unit, std::string text);
  loop::Task<Result<std::optional<std::string>>> read_until_signal(bool& is_for_trap);

  void take_signal(int signal);

  kernel::Context& ctx_;
  loop::CancelSource hang_up_;
  std::function<void(int)> on_signal_;  // of what runs; empty: nothing does
  uint64_t entries_ = 0;
  uint32_t next_line_ = 1;
  std::vector<int> early_;              // signals for the entry that is expected
  std::vector<std::unique_ptr<loop::SignalWatcher>> watchers_;
};

}  // namespace weir::repl
