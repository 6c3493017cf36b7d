// HeldShell: stands the shell still at a point of its way, so that keys come just there.
//
// By ptrace: its parents do not hear of it, as they would of SIGSTOP. Only its main thread stands
// still, which is where all of it but slow calls happens.
#pragma once

#include <sys/types.h>

#include "pty/pty_session.h"

namespace weir::test {

class HeldShell {
 public:
  /// Where it is. REQUIRES: this process may trace what it has started.
  explicit HeldShell(const PtySession& shell);
  /// It goes on.
  ~HeldShell();
  HeldShell(const HeldShell&) = delete;
  HeldShell& operator=(const HeldShell&) = delete;

  /// Goes on to where it has just given the terminal to that group.
  void run_until_handed_to(pid_t group);

 private:
  void wait_for_stop();

  const PtySession& shell_;
  const pid_t pid_;
};

}  // namespace weir::test
