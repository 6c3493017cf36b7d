// PtySession: the real weir in a pseudo-terminal, with a person's eyes and hands.
//
// How to write a case (tests/pty/NAME_test.cpp, Catch2, tag [pty]):
//
//     TEST_CASE("a failed command is told by its mark", "[pty]") {
//       PtySession shell;                       // 80 x 24, own HOME, PS1='$ '; waits for nothing
//       shell.wait_prompt();                    // the editor reads, its prompt is painted
//       CHECK(shell.run("false") == 1);         // types it, Enter, waits for its end and a prompt
//       shell.send("echo h" + keys::tab);       // keys, as bytes
//       shell.wait_screen("echo hello");        // till a row of the screen holds it
//       shell.enter("sleep 1000");              // types it, Enter, waits until it has begun
//       shell.send(keys::ctrl('C'));
//       CHECK(shell.wait_command_end() == 130);
//       shell.wait_prompt();
//       shell.send(keys::ctrl('D'));
//       CHECK(shell.wait_end() == "0");
//     }
//
// Nothing here sleeps. Each wait ends with its event; after a minute, or when the program has
// ended, it fails the case and shows the screen. Before checking that something is *not* there,
// wait for an event that comes after it would have come. Marks (OSC 133) are taken one after
// the other: wait_prompt() waits for a prompt that no earlier wait has seen.
// Without the editor (`--editor=dumb`, TERM=dumb) there are no marks: wait for the screen.
//
// `tty_report` is in the PATH of the session (tests/pty/tty_report.cpp): it tells of its
// process group, who owns the terminal and the terminal's modes, and can stay until told to end.
// What runs in the session when the value goes away is killed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "pty/terminal_events.h"
#include "repl/cell.h"
#include "repl/style.h"
#include "support/temp_dir.h"
#include "support/terminal_model.h"

namespace weir::test {

/// What keys send (xterm).
namespace keys {
inline const std::string enter = "\r";
inline const std::string tab = "\t";
inline const std::string escape = "\x1b";
inline const std::string backspace = "\x7f";
inline const std::string up = "\x1b[A";
inline const std::string down = "\x1b[B";
inline const std::string right = "\x1b[C";
inline const std::string left = "\x1b[D";
inline const std::string home = "\x1b[H";
inline const std::string end = "\x1b[F";
inline const std::string page_up = "\x1b[5~";
inline const std::string page_down = "\x1b[6~";
inline const std::string shift_tab = "\x1b[Z";
/// 'A' to 'Z', and '@', '[', '\\', ']', '^', '_'.
inline std::string ctrl(char letter) { return {static_cast<char>(letter & 0x1F)}; }
inline std::string alt(std::string_view key) { return escape + std::string(key); }
/// As a terminal sends what is pasted.
inline std::string paste(std::string_view text) {
  return "\x1b[200~" + std::string(text) + "\x1b[201~";
}
}  // namespace keys

struct PtyOptions {
  std::vector<std::string> arguments;    // of weir
  std::vector<std::string> program;      // instead of weir: a path and its arguments
  std::vector<std::string> environment;  // "NAME=value" sets, "NAME" takes away
  std::vector<std::pair<std::string, std::string>> files;  // below home(): path and text
  repl::TerminalSize size{80, 24};
};

class PtySession {
 public:
  explicit PtySession(PtyOptions options = {});
  ~PtySession();
  PtySession(const PtySession&) = delete;
  PtySession& operator=(const PtySession&) = delete;

  /// HOME and the directory that it begins in; .config, .local/state and run are below it.
  const std::filesystem::path& home() const { return home_; }
  pid_t pid() const { return pid_; }
  /// The shell behind the process that was started (scheduler/front_process.h): it leads the group
  /// that has the terminal between entries.
  pid_t shell_pid() const;

  // ---- doing ----
  void send(std::string_view bytes);
  /// Types a text and Enter. enter() waits for the begin of its output, run() for its status and
  /// the prompt behind it. REQUIRES: a prompt has been waited for.
  void enter(std::string_view text);
  int run(std::string_view text);
  void resize(repl::TerminalSize size);
  /// As when the window is closed.
  void close_terminal();

  // ---- waiting ----
  void wait_prompt();
  /// The begin of an entry's output; the status of an entry.
  void wait_command_begin();
  int wait_command_end();
  /// A row of the screen holds the text; none does.
  void wait_screen(std::string_view text);
  void wait_gone(std::string_view text);
  /// The row of the cursor, without the blanks at its end, is the text.
  void wait_line(std::string_view text);
  /// The program has ended: "0", "1", … or "signal 9".
  std::string wait_end();
  /// Anything. Looked at after each output, and, since not all conditions lie in the terminal,
  /// again every few milliseconds. `what` is for the message.
  void wait_for(std::string_view what, const std::function<bool()>& holds);

  // ---- seeing ----
  const TerminalModel& terminal() const { return model_; }
  /// The rows of the screen, one a line; what has scrolled away before them, too.
  std::string screen() const;
  std::string all_text() const;
  /// How often the text is on the screen.
  size_t count_on_screen(std::string_view text) const;
  /// The style of the first character of the first such text on the screen.
  repl::Style style_of(std::string_view text) const;
  /// All bytes that came from the program.
  const std::string& bytes() const { return events_.bytes(); }
  const TerminalEvents& events() const { return events_; }

  /// A process of the session, by the name that the kernel has; -1: none.
  pid_t process_named(std::string_view name) const;

  // ---- the terminal, as the kernel has it ----
  pid_t foreground_group() const;
  struct Modes {
    bool echo = false;
    bool canonical = false;
    bool signals = false;
  };
  Modes modes() const;

 private:
  void spawn(const PtyOptions& options);
  std::vector<std::string> environment_of(const PtyOptions& options) const;
  void pump_until(std::string_view what, const std::function<bool()>& holds, bool needs_program);
  bool read_some();
  void reap();
  void kill_session();
  void wait_event(std::string_view what, TerminalEvent::Kind kind, TerminalEvent* found = nullptr);
  [[noreturn]] void fail(std::string_view what, std::string_view why) const;

  TempDir directory_;
  std::filesystem::path home_;
  TerminalModel model_;
  TerminalEvents events_;
  size_t next_event_ = 0;
  UniqueFd master_;
  UniqueFd process_;
  pid_t pid_ = -1;
  std::string end_;  // how the program ended; empty while it runs
  bool is_hung_up_ = false;
};

/// One letter of proc(5): R, S, T, …; '-' when there is no such process.
char process_state(pid_t pid);

}  // namespace weir::test
