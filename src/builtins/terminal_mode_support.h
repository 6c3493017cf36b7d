// TerminalMode: a terminal's settings changed for a while, for `read -s` and `read -n`.
#pragma once

#include <termios.h>

#include <optional>

namespace weir::builtins {

class TerminalMode {
 public:
  TerminalMode() = default;
  /// Restores the settings.
  ~TerminalMode();
  TerminalMode(const TerminalMode&) = delete;
  TerminalMode& operator=(const TerminalMode&) = delete;

  /// Without echo, or character by character. `fd` must stay open while this lives.
  void change(int fd, bool silent, bool by_character);

 private:
  int fd_ = -1;
  std::optional<termios> before_;
};

}  // namespace weir::builtins
