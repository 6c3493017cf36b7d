// Edit commands: what can be done to a text alone, by name: movement, killing, case, undo.
//
// Commands that need more than the text (history, completion, accepting the line)
// are the editor's own (line_editor.cpp). Adding one here is one row of the table.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "repl/kill_ring.h"
#include "repl/text_buffer.h"

namespace weir::repl {

/// What the commands work on, and what the last one was: kills in a row are one,
/// yank-pop follows only a yank. Outlives single lines.
struct Editing {
  enum class Did : uint8_t { other, kill, yank };

  TextBuffer buffer;
  KillRing kills;
  Did last = Did::other;  // the command before this one
  Did now = Did::other;   // set by the command that runs
  Span yanked;            // what the last yank put in
};

struct EditCommand {
  std::string_view name;
  std::string_view help;  // one line, lower case
  void (*run)(Editing& editing);
};

std::span<const EditCommand> edit_commands();
const EditCommand* find_edit_command(std::string_view name);
/// Runs it and keeps count of what the last one was.
void run_edit_command(Editing& editing, const EditCommand& command);

}  // namespace weir::repl
