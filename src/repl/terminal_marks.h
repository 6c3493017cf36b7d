// Marks that tell a terminal what it shows: prompts and entries (OSC 133), the directory
// (OSC 7), the title (OSC 2).
//
// Sequences as texts, to be written outside of the lines that the editor paints. All empty
// where the terminal is dumb.
#pragma once

#include <string>
#include <string_view>

namespace weir::repl {

class TerminalMarks {
 public:
  /// By TERM: none where it is unset, empty or "dumb".
  explicit TerminalMarks(std::string_view terminal);
  bool are_shown() const { return are_shown_; }

  std::string prompt_begins() const;  // A
  std::string prompt_ends() const;    // B: what is typed begins
  std::string entry_begins() const;   // C: its output begins
  std::string entry_ended(int status) const;  // D
  std::string directory(std::string_view host, std::string_view path) const;
  /// Control characters in it are dropped.
  std::string title(std::string_view text) const;

 private:
  std::string sequence(std::string_view body) const;
  bool are_shown_;
};

}  // namespace weir::repl
