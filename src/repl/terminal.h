// Terminal: the terminal that lines are read from: bytes in and out, its modes and its size.
//
// Opened anew (/proc/self/fd/N), so that it has a description of its own: O_NONBLOCK
// there is not seen by the programs that share the shell's stdin, and neither reading nor
// writing ever blocks the loop.
#pragma once

#include <termios.h>

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/unique_fd.h"
#include "loop/loop.h"
#include "repl/cell.h"
#include "repl/key.h"
#include "repl/screen.h"

namespace weir::repl {

class Terminal {
 public:
  /// The terminal behind a descriptor. An error when it is none or cannot be opened.
  static Result<std::unique_ptr<Terminal>> open(loop::Loop& loop, int fd);
  ~Terminal();

  /// Whether a descriptor is this same terminal.
  bool is_behind(int fd) const;
  /// 80 x 24 where the terminal does not know.
  TerminalSize size() const;

  /// Keys one by one, unchanged; the modes before are kept for leave_raw().
  Result<void> enter_raw();
  void leave_raw();
  /// What was typed and not read yet.
  void forget_input();
  /// The signal that a key is outside of raw mode; 0: none.
  int signal_of(const Key& key) const;

  /// Some bytes; an empty string when the terminal is gone.
  loop::Task<Result<std::string>> read(loop::CancelToken token);
  /// What can be read at this moment.
  std::string take_typed();
  /// How many bytes that is.
  size_t typed() const;
  /// Puts bytes that were read before what can be read, as they would be there outside of raw mode
  /// (\r is \n), and gives them so: fewer where something arrives meanwhile, which comes in front
  /// of the last of them or behind it; none where the system does not allow it. REQUIRES: raw mode,
  /// nothing can be read, and the bytes have room in the terminal's queue (4 KiB).
  std::string put_back(std::string_view bytes);
  /// Writes what can be written at once, keeps the rest in `bytes`. An error: it is gone.
  Result<void> write_some(std::string& bytes);
  loop::Task<Result<void>> writable(loop::CancelToken token);

 private:
  Terminal(loop::Loop& loop, UniqueFd fd);

  UniqueFd fd_;
  loop::FdPoller poller_;
  termios cooked_{};
  bool is_raw_ = false;
};

/// The size of the terminal behind a descriptor. Nothing: it is none, or does not know.
std::optional<TerminalSize> terminal_size(int fd);
/// Whether a terminal of this name can do what the editor needs (TERM; empty when unset).
bool is_capable_terminal(std::string_view term);
/// What the environment tells of the terminal.
PaintOptions paint_options_from_environment();

}  // namespace weir::repl
