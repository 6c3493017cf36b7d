// EditorSession: the line editor with all that a shell gives it: history, highlighting, files,
// keys.
//
// Lives as long as the prompt loop; is the InteractivePort of its shell. What the hooks answer
// comes from here; the editor itself knows nothing of the kernel.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/context.h"
#include "kernel/interactive_port.h"
#include "kernel/job_notice.h"
#include "repl/command_index.h"
#include "repl/completer.h"
#include "repl/file_facts.h"
#include "repl/highlighter.h"
#include "repl/key_map.h"
#include "repl/key_question.h"
#include "repl/line_editor.h"
#include "repl/prompt_maker.h"
#include "repl/session_history.h"
#include "repl/terminal_marks.h"
#include "repl/text_repair.h"
#include "repl/unfinished_lines.h"

namespace weir::repl {

class EditorSession final : public kernel::InteractivePort {
 public:
  /// The context and the history must outlive it. `before_entry`: the terminal is about to be given
  /// back (EditorHooks::before_leaving). `run_traps`: of the signals that came while a line is
  /// typed.
  EditorSession(kernel::Context& ctx, SessionHistory& history, std::unique_ptr<Terminal> terminal,
                std::function<void()> before_entry, std::function<loop::Task<void>()> run_traps);
  ~EditorSession() override;

  /// Waits for what goes on beside. Must be awaited before the end.
  loop::Task<void> end();

  loop::Task<ReadLine> read_line();

  /// Tells the terminal that an entry begins; that it has ended, with the status that the context
  /// has now.
  loop::Task<void> begin_entry(std::string text);
  loop::Task<void> end_entry(loop::Clock::duration taken);

  /// key_question.h
  loop::Task<std::optional<Key>> ask_for_key(KeyQuestion question, loop::CancelToken token);
  /// The terminal is gone: what is being read ends.
  void hang_up() { editor_.hang_up(); }
  /// `exit` was taken back: the prompt shows the status that the context has now.
  void stay();
  kernel::NoticeStyle notice_style() const;

  // InteractivePort
  bool is_reading() const override { return editor_.is_reading(); }
  bool is_asking() const override { return is_asking_; }
  loop::Task<Result<void>> answered(loop::CancelToken token) override;
  loop::Task<void> show_title(std::string text) override;
  loop::Task<Result<void>> write_above(const void* writer, std::string bytes,
                                       loop::CancelToken token) override;
  void end_writer(const void* writer) override;
  std::vector<Named> key_bindings() const override;
  std::vector<Named> editor_commands() const override;
  Result<void> bind_key(std::string_view keys, std::string_view command) override;
  Result<void> unbind_key(std::string_view keys) override;

 private:
  EditorHooks hooks();
  void tell_of(const scheduler::JobPtr& job);
  loop::Task<void> improve_prompt(loop::CancelToken token);
  loop::Task<void> watch_signals(loop::CancelToken token);
  loop::Task<bool> run_traps();
  loop::Task<void> tell_terminal(std::string marks);
  void take_output(int fd);
  const RepairedText& repaired(std::string_view text);
  std::vector<StyledSpan> colors_of(std::string_view text);
  NameKind name_kind(std::string_view name);
  bool path_exists(std::string_view path);

  kernel::Context& ctx_;
  SessionHistory& history_;
  std::unique_ptr<Terminal> terminal_;
  std::function<void()> before_entry_;
  std::function<loop::Task<void>()> run_traps_;
  KeyMap keys_ = KeyMap::emacs();
  FileFacts facts_;
  CommandIndex commands_;
  Completer completer_;
  PromptMaker prompts_;
  TerminalMarks marks_;
  LastEntry last_;
  std::string begun_;  // of the next line, when the last one was given up to leave
  LineEditor editor_;
  UnfinishedLines unfinished_;  // of what jobs write
  loop::TaskGroup tasks_;
  bool is_asking_ = false;
  loop::Event answered_;  // pulsed
  bool has_colors_ = true;
  std::string repaired_of_;  // the text that repaired_ is of: two hooks ask for the same
  RepairedText repaired_;
};

}  // namespace weir::repl
