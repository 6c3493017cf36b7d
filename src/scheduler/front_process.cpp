#include "scheduler/front_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/end_like.h"

namespace weir::scheduler {

namespace {

/// What is taken from the descriptor instead of acting: all but faults of our own, and what stops.
sigset_t taken_signals() {
  sigset_t taken;
  sigfillset(&taken);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGTTIN})
    sigdelset(&taken, signal);
  return taken;
}

class Front {
 public:
  Front(pid_t shell, UniqueFd notes, UniqueFd signals)
      : shell_(shell), notes_(std::move(notes)), signals_(std::move(signals)) {}

  [[noreturn]] void stay() {
    for (;;) {
      pollfd ready[] = {{signals_.get(), POLLIN, 0}, {notes_.get(), POLLIN, 0}};
      if (::poll(ready, 2, -1) < 0) continue;
      take_signals();
      if (ready[1].revents != 0) take_note();
      mirror();
    }
  }

 private:
  void take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      const int signal = static_cast<int>(info.ssi_signo);
      // Keys are for the foreground, where the shell or its jobs have them already. The hang-up is
      // told to the leader of the session alone.
      const bool is_by_key = info.ssi_code == SI_KERNEL && signal != SIGHUP;
      if (signal == SIGCONT)
        let_shell_go_on();
      else if (signal != SIGCHLD && !is_by_key)
        ::kill(shell_, signal);
    }
  }

  void take_note() {
    int status = 0;
    if (::read(notes_.get(), &status, sizeof status) == sizeof status) end_like(status);
    notes_.reset();  // it has ended, or has become another program
  }

  void mirror() {
    int status = 0;
    if (::waitpid(shell_, &status, WNOHANG | WUNTRACED) != shell_) return;
    if (!WIFSTOPPED(status)) {
      take_terminal_of_nobody();
      end_like(status);
    }
    ::kill(0, SIGSTOP);  // `suspend`: all that was started with it
  }

  /// A program that the shell was replaced by knows nothing of our group.
  static void take_terminal_of_nobody() {
    const pid_t holder = ::tcgetpgrp(STDIN_FILENO);
    if (holder > 0 && ::kill(-holder, 0) != 0 && errno == ESRCH)
      ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  }

  /// It gets the terminal that we have been given; programs that it was replaced by, too.
  void let_shell_go_on() {
    const pid_t group = ::getpgid(shell_);
    if (group > 0 && group != ::getpgrp() && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp())
      ::tcsetpgrp(STDIN_FILENO, group);
    ::kill(shell_, SIGCONT);
  }

  pid_t shell_;
  UniqueFd notes_;
  UniqueFd signals_;
};

}  // namespace

Result<std::unique_ptr<FrontProcess>> FrontProcess::split() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe"));
  UniqueFd reader(ends[0]), writer(ends[1]);
  const sigset_t taken = taken_signals();
  sigset_t before;
  ::sigprocmask(SIG_SETMASK, &taken, &before);
  UniqueFd signals(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
  const pid_t front = ::getpid();
  const pid_t parent = ::getppid();
  const pid_t shell = signals ? ::fork() : -1;
  if (shell > 0) {
    writer.reset();
    ::signal(SIGTTOU, SIG_IGN);
    Front(shell, std::move(reader), std::move(signals)).stay();
  }
  const int problem = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (shell < 0) return fail(Error::from_errno(problem, "fork"));
  ::prctl(PR_SET_PDEATHSIG, SIGHUP);
  if (::getppid() != front) ::raise(SIGHUP);  // it was killed before the line above
  return std::unique_ptr<FrontProcess>(new FrontProcess(parent, std::move(writer)));
}

void FrontProcess::leave(int status) {
  ::prctl(PR_SET_PDEATHSIG, 0);
  (void)!::write(notes_.get(), &status, sizeof status);  // else it has ended already
  notes_.reset();
}

}  // namespace weir::scheduler
