// Leaving: what comes between `exit`, or the end of the input, and the end of an interactive shell.
//
// Jobs that live are not left by accident: one question says which they are and takes one key
// (kill, detach, wait, stay), or `set -o exit-jobs` has answered before; where that is "stay", who
// leaves again right behind means it. At the hang-up of the
// terminal there is nobody to ask: jobs end as by SIGHUP, but those that are disowned or ignore it.
// Called by the prompt loop; the rest of the end is Kernel::finish().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/context.h"
#include "kernel/job_notice.h"
#include "repl/editor_session.h"
#include "repl/entry_runner.h"

namespace weir::repl {

class Leaving {
 public:
  /// All must outlive it. `session`: null without the editor.
  Leaving(kernel::Context& ctx, EntryRunner& runner, EditorSession* session)
      : ctx_(ctx), runner_(runner), session_(session) {}

  /// False: the shell stays, and the status is 1. True when nothing keeps it, or the terminal was
  /// hung up meanwhile.
  loop::Task<bool> may_leave();
  /// The terminal is gone: ends the jobs that end with it.
  loop::Task<void> hang_up();

 private:
  loop::Task<std::optional<kernel::ExitJobs>> ask();
  /// `answers`: their keys, a literal.
  loop::Task<char> read_answer(std::string_view answers, size_t jobs);
  loop::Task<bool> act(kernel::ExitJobs choice);
  loop::Task<bool> kill();
  loop::Task<bool> must_stay();
  loop::Task<bool> detach();
  loop::Task<bool> wait();
  loop::Task<bool> stay();
  loop::Task<void> wait_for_running(loop::CancelToken token);
  loop::Task<void> say(std::string line);
  kernel::NoticeStyle style() const;

  kernel::Context& ctx_;
  EntryRunner& runner_;
  EditorSession* session_;
  std::optional<uint64_t> stayed_at_;  // entries before the answer "stay"
};

}  // namespace weir::repl
