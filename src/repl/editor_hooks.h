// EditorHooks: what the line editor asks of the shell around it.
//
// The editor knows keys, text and the terminal; it does not know the language,
// jobs or files. Whoever makes an editor fills these in; each may be empty and
// is then as if it answered "nothing". Those that give a value at once are
// called while a person types and must answer within half a millisecond: what
// needs longer answers with what it knows, works on, and calls
// LineEditor::refresh(). Those that give a task may wait; none is called after
// read_line() has ended.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/span.h"
#include "loop/cancel.h"
#include "loop/task.h"
#include "repl/style.h"

namespace weir::repl {

/// What stands around the text; each may hold SGR sequences and newlines.
/// Other control sequences in it are dropped.
struct Prompt {
  std::string left;
  std::string right;         // on the first line, where there is room
  std::string continuation;  // before each further line of the text; one line
  bool has_colors = true;    // also what the editor shows below and behind the text
};

/// Whether Enter runs the text or begins another line of it.
struct Continuation {
  bool is_complete = true;
  int depth = 0;  // of the constructs open at the end: the new line is indented so deep
  bool is_inside_text = false;  // of a quote or a here-document: blanks would belong to it
};

/// What a completion is asked for. The text may be incomplete or wrong.
struct CompletionRequest {
  std::string text;
  size_t cursor = 0;        // in bytes
  loop::CancelToken token;  // cancelled when the person goes on typing
};

struct Candidate {
  std::string text;         // what is inserted, quoted as it has to be
  std::string label;        // what the menu shows; empty: the text
  std::string description;  // behind it; may be empty
  std::string suffix = " "; // inserted once it is settled on: " ", "/", "=" or nothing
};

struct Completions {
  Span replaced;  // of the request's text: what each candidate stands instead of
  std::vector<Candidate> candidates;  // best first
};

/// What an abbreviation is looked up by.
struct AbbreviationRequest {
  std::string_view word;  // before the cursor, as written
  std::string_view text;  // all of it
  size_t begin = 0;       // where the word begins in it
};

struct EditorHooks {
  std::function<std::vector<StyledSpan>(std::string_view text)> highlight;
  /// A whole text that begins with `text` (which is not empty), or an empty one.
  std::function<std::string(std::string_view text)> suggest;
  std::function<loop::Task<Completions>(CompletionRequest request)> complete;
  std::function<Continuation(std::string_view text)> continuation;
  /// What stands instead of the word, when it is an abbreviation. Asked at a space and at Enter.
  std::function<std::optional<std::string>(const AbbreviationRequest& request)> expand_abbreviation;
  /// Has a person edit the text in another program, which has the terminal meanwhile.
  std::function<loop::Task<Result<std::string>>(std::string text)> edit_externally;
  /// Does what LineEditor::step_aside() was called for, with the terminal. False: the shell is on
  /// its way out, no line is to be read.
  std::function<loop::Task<bool>()> step_aside;
  /// The terminal is about to be given back, with its signals: they are for what was entered.
  std::function<void()> before_leaving;
  /// Earlier entries, oldest first, each text once; those of this session come last.
  std::function<std::vector<std::string>()> history;
};

}  // namespace weir::repl
