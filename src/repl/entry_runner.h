// EntryRunner: runs what was entered at the prompt, and takes the signals of the terminal.
#pragma once

#include <functional>
#include <memory>
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

  /// Checks a text and runs it; errors are reported and give 2. `first_line` counts in messages.
  loop::Task<void> run_text(std::string text, uint32_t first_line);
  /// Reads a file before the first prompt (kernel/start_files.h); Ctrl-C ends it.
  loop::Task<void> run_start_file(std::string path);
  /// Tells of jobs that have ended or were stopped since the last time (kernel/job_notice.h).
  loop::Task<void> report_jobs();
  /// Something of the shell's own that waits: its token is triggered by Ctrl-C and the hang-up.
  loop::Task<void> run_interruptible(std::function<loop::Task<void>(loop::CancelToken)> step);

  /// The terminal is gone: what runs and what waits for input ends, as by SIGHUP.
  void hang_up();
  bool is_hung_up() const { return hang_up_.cancelled(); }
  loop::CancelToken hang_up_token() const { return hang_up_.token(); }

 private:
  loop::Task<void> run(parser::UnitPtr unit, std::string text);

  void take_signal(int signal);

  kernel::Context& ctx_;
  loop::CancelSource hang_up_;
  std::function<void(int)> on_signal_;  // of what runs; empty: nothing does
  std::vector<std::unique_ptr<loop::SignalWatcher>> watchers_;
};

}  // namespace weir::repl
