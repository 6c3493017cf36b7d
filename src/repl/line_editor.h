// LineEditor: reads one entry (of any number of lines) from a terminal, on the loop.
//
// read_line() is a coroutine: while a person types, jobs, timers and notices go on.
// It owns the terminal's modes while it runs, and nobody else may write to the
// terminal then but through print_above(). What it knows of the language comes
// from its hooks. What was typed behind Enter goes back to the terminal, for who reads it
// next: a program, or the next call. The kill ring lives as long as the editor. It wakes up
// for keys, a resize, notices and refresh() only.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop/loop.h"
#include "repl/completion_menu.h"
#include "repl/edit_commands.h"
#include "repl/editor_hooks.h"
#include "repl/history_search.h"
#include "repl/history_walk.h"
#include "repl/key_decoder.h"
#include "repl/key_map.h"
#include "repl/screen.h"
#include "repl/terminal.h"

namespace weir::repl {

struct ReadLine {
  enum class Kind : uint8_t {
    line,          // `text` is what was entered
    interrupted,   // Ctrl-C: nothing is to be run
    end_of_input,  // Ctrl-D on an empty line
    hangup,        // the terminal is gone
  };
  Kind kind = Kind::line;
  std::string text;
  /// What was typed behind Enter and would have been signals (Ctrl-C, Ctrl-Z, Ctrl-\) had the
  /// terminal been given back by then. They are for the entry.
  std::vector<int> signals = {};
};

struct EditorCommand;

class LineEditor {
 public:
  /// `terminal` and `keys` must outlive it.
  LineEditor(loop::Loop& loop, Terminal& terminal, KeyMap& keys, EditorHooks hooks,
             PaintOptions paint);

  /// `begun`: what is in the line already.
  loop::Task<ReadLine> read_line(Prompt prompt, std::string begun = {});

  // From any coroutine, at any time:
  /// Whole lines above the one being typed, whose text is not touched, or above the next one.
  void print_above(std::string text);
  /// Waits while more is to be printed than one frame should hold. An error only when cancelled.
  loop::Task<Result<void>> keep_pace(loop::CancelToken token);
  void set_prompt(Prompt prompt);
  /// What the hooks know has changed: paint again.
  void refresh();
  bool is_reading() const { return is_reading_; }
  /// Something else needs the terminal for a while (EditorHooks::step_aside); the line is there
  /// again when that has ended. REQUIRES: the hook.
  void step_aside();
  /// The terminal is gone, as somebody else has heard: read_line() ends so.
  void hang_up();

 private:
  friend struct EditorCommands;  // line_editor_commands.cpp: what is bound to keys

  // ---- input ----
  void begin_input();
  loop::Task<void> read_input(loop::CancelToken token);
  loop::Task<void> end_escape_later(uint64_t input, loop::CancelToken token);
  bool decode_next();
  void wait_for_escape();
  void give_terminal_back();
  void take_typed_signals();
  std::string put_typed_back();
  loop::Task<void> handle_events();
  void handle_paste(const std::string& text);
  void handle_key(const Key& key);
  bool handle_search_key(const Key& key);
  bool handle_menu_key(const Key& key, std::string_view command);
  void run_command(std::string_view name);
  void type_text(std::string_view text);

  // ---- what commands do ----
  void accept_line();
  void begin_new_line();
  /// Of the text up to there.
  Continuation continuation_at(size_t end);
  void move_closing_line_left();
  void walk_history(bool older);
  void insert_last_word();
  void begin_search();
  void end_search(bool take);
  void complete(bool backward);
  /// `narrows`: for a menu that is open already.
  void begin_completing(bool narrows);
  /// What is on its way is no longer wanted, nor what was to be chosen of it.
  void stop_completing();
  loop::Task<void> ask_for_completions(CompletionRequest request, uint64_t version, bool narrows);
  void show_completions(Completions completions);
  void narrow_menu(Completions completions);
  bool edit_behind_menu(const Key& key, std::string_view command);
  void preview(const Candidate* candidate);
  void settle(const Candidate& candidate);
  void close_menu(bool keep);
  void accept_suggestion(bool whole);
  void expand_abbreviation();
  loop::Task<void> edit_externally();
  loop::Task<void> be_aside();
  void lend_terminal();
  bool take_terminal();
  void end(ReadLine::Kind kind);

  // ---- output ----
  void paint();
  void paint_last();
  void send(std::string bytes);
  loop::Task<void> flush_later();
  void update_highlights();
  void update_suggestion();
  std::vector<StyledLine> lines_below(TerminalSize size);
  void begin_reading(Prompt prompt, std::string begun);
  void leave_terminal();

  loop::Loop& loop_;
  Terminal& terminal_;
  KeyMap& keys_;
  const EditorHooks hooks_;

  Editing editing_;
  Screen screen_;
  KeyDecoder decoder_;
  Prompt prompt_;
  std::deque<InputEvent> events_;
  KeySequence pending_keys_;
  bool quotes_next_ = false;  // quoted-insert: the next key is text

  // What is shown beside the text.
  std::vector<StyledSpan> highlights_;
  uint64_t highlighted_version_ = UINT64_MAX;
  std::string suggestion_;  // only what is behind the text
  uint64_t suggested_version_ = UINT64_MAX;
  std::string message_;     // below the line, until the next key
  size_t viewport_ = 0;

  // Modes.
  std::optional<HistoryWalk> walk_;
  std::optional<HistorySearch> search_;
  std::string before_search_;
  std::optional<CompletionMenu> menu_;
  bool has_preview_ = false;
  std::optional<size_t> last_word_depth_;  // Alt-. pressed again goes further back
  Span last_word_;

  // The coroutines of one read_line().
  loop::Event wake_;
  loop::Event input_taken_;
  loop::Event painted_;  // pulsed
  std::unique_ptr<loop::TaskGroup> tasks_;
  loop::CancelSource stop_;
  loop::CancelSource completing_;
  bool is_completing_ = false;         // an answer is on its way
  std::vector<bool> awaiting_answer_;  // complete() since then, each with its `backward`
  loop::CancelSource escape_timer_;
  loop::CancelSource reading_;
  std::string input_;   // what was read; behind the end of a line it stays as it came
  size_t decoded_ = 0;  // bytes of it
  uint64_t input_count_ = 0;
  bool is_reading_ = false;
  bool wants_external_edit_ = false;
  bool steps_aside_ = false;
  bool clears_screen_ = false;
  bool is_last_frame_ = false;
  bool is_flushing_ = false;
  std::string unsent_;      // bytes the terminal could not take yet
  std::string notices_;
  std::optional<ReadLine> result_;
};

/// Names and one-line texts of all commands that keys may be bound to.
struct CommandName {
  std::string_view name;
  std::string_view help;
};
std::vector<CommandName> editor_command_names();

}  // namespace weir::repl
