#include "builtins/terminal_mode_support.h"

namespace weir::builtins {

void TerminalMode::change(int fd, bool silent, bool by_character) {
  termios now;
  if (::tcgetattr(fd, &now) != 0) return;
  fd_ = fd;
  before_ = now;
  if (silent) now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
  if (by_character) {
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
  }
  ::tcsetattr(fd, TCSADRAIN, &now);
}

TerminalMode::~TerminalMode() {
  if (before_) ::tcsetattr(fd_, TCSADRAIN, &*before_);
}

}  // namespace weir::builtins
