#include "pty/held_shell.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>

namespace weir::test {

HeldShell::HeldShell(const PtySession& shell) : shell_(shell), pid_(shell.shell_pid()) {
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD;
  REQUIRE(::ptrace(PTRACE_SEIZE, pid_, nullptr, kOptions) == 0);
  REQUIRE(::ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr) == 0);
  wait_for_stop();
}

HeldShell::~HeldShell() { ::ptrace(PTRACE_DETACH, pid_, nullptr, nullptr); }

void HeldShell::wait_for_stop() {
  int status = 0;
  REQUIRE(::waitpid(pid_, &status, __WALL) == pid_);
  REQUIRE(WIFSTOPPED(status));
}

void HeldShell::run_until_handed_to(pid_t group) {
  long signal = 0;
  while (shell_.foreground_group() != group) {
    REQUIRE(::ptrace(PTRACE_SYSCALL, pid_, nullptr, signal) == 0);
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, __WALL) == pid_);
    REQUIRE(WIFSTOPPED(status));
    const int reason = WSTOPSIG(status);
    const bool is_own = status >> 16 != 0 || reason == (SIGTRAP | 0x80);
    signal = is_own ? 0 : reason;
  }
}

}  // namespace weir::test
