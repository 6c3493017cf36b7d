#include "scheduler/group_keeper.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>

namespace weir::scheduler {

namespace {

/// After a fork in a process with threads: only async-signal-safe calls.
[[noreturn]] void keep_group(pid_t shell, pid_t group) {
  ::setpgid(0, group);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != shell) ::_exit(0);
  ::prctl(PR_SET_NAME, "weir-keeper");
  ::close_range(0, UINT_MAX, 0);
  struct sigaction action = {};
  for (int signal = 1; signal < NSIG; ++signal) {
    action.sa_handler = signal == SIGQUIT ? SIG_IGN : SIG_DFL;  // a program decides about that
    ::sigaction(signal, &action, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (;;) ::pause();
}

}  // namespace

Result<pid_t> start_group_keeper(pid_t group) {
  // No handler of the shell may run in the child: it would write to the shell's own pipes.
  sigset_t all, before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t shell = ::getpid();
  const pid_t pid = ::fork();
  const int err = errno;
  if (pid == 0) keep_group(shell, group);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return fail(Error::from_errno(err, "cannot make a process"));
  ::setpgid(pid, group);  // whoever of the two comes first
  return pid;
}

}  // namespace weir::scheduler
