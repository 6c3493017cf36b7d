// tty_report [--stay FIFO] [--raw] [NAME]: what a program sees of its terminal, one line on stdout:
//
//     NAME: foreground|background pgrp=own|other echo=on|off canonical=on|off
//
// `pgrp=own`: it leads its process group. For cases that have to know the process it says
// its pid and groups where WEIR_TTY_REPORT_IDS is set: pid=1 pgrp=1 tpgrp=1 sid=1.
//   --stay FIFO  does not end before somebody has written to FIFO (`: >FIFO` does); each time that
//                it was stopped and goes on it reports again as "NAME continued: …", and the
//                size of the terminal when that has changed as "NAME resized: ROWSxCOLUMNS"
//   --raw        takes echo and line input off the terminal first, and leaves it so
// Statuses: 0, 2 for misuse, 3 where there is no terminal.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

void report(int terminal, const char* name) {
  termios modes{};
  tcgetattr(terminal, &modes);
  const pid_t group = getpgrp();
  const pid_t owner = tcgetpgrp(terminal);
  std::printf("%s: %s pgrp=%s echo=%s canonical=%s", name,
              group == owner ? "foreground" : "background", group == getpid() ? "own" : "other",
              modes.c_lflag & ECHO ? "on" : "off", modes.c_lflag & ICANON ? "on" : "off");
  if (std::getenv("WEIR_TTY_REPORT_IDS"))
    std::printf(" pid=%d pgrp=%d tpgrp=%d sid=%d", getpid(), group, owner, getsid(0));
  std::printf("\n");
  std::fflush(stdout);
}

void make_raw(int terminal) {
  termios modes{};
  tcgetattr(terminal, &modes);
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
  tcsetattr(terminal, TCSANOW, &modes);
}

void report_size(int terminal, const char* name) {
  winsize size{};
  ioctl(terminal, TIOCGWINSZ, &size);
  std::printf("%s resized: %dx%d\n", name, size.ws_row, size.ws_col);
  std::fflush(stdout);
}

/// A FIFO hangs up when its first writer has gone. Signals are taken from a descriptor, so that
/// none is lost.
void stay(int terminal, const char* name, int fifo, int signals) {
  char continued[256];
  std::snprintf(continued, sizeof continued, "%s continued", name);
  pollfd ready[2] = {{fifo, POLLIN, 0}, {signals, POLLIN, 0}};
  for (;;) {
    if (poll(ready, 2, -1) < 0 && errno != EINTR) return;
    if (ready[0].revents) return;
    signalfd_siginfo info;
    if (!(ready[1].revents & POLLIN) || read(signals, &info, sizeof info) <= 0) continue;
    if (info.ssi_signo == SIGCONT)
      report(terminal, continued);
    else
      report_size(terminal, name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* fifo = nullptr;
  const char* name = "tty_report";
  bool raw = false;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--stay") && i + 1 < argc)
      fifo = argv[++i];
    else if (!std::strcmp(argv[i], "--raw"))
      raw = true;
    else if (argv[i][0] != '-')
      name = argv[i];
    else
      return 2;
  }
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) {
    std::printf("%s: no terminal\n", name);
    return 3;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCONT);
  sigaddset(&signals, SIGWINCH);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  // Who has seen the report may write to it at once, also when this is stopped by then.
  const int end = fifo ? open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
  if (raw) make_raw(terminal);
  report(terminal, name);
  if (fifo) stay(terminal, name, end, signalfd(-1, &signals, SFD_CLOEXEC));
  _exit(0);  // a check for leaks at the end would hang when SIGCONT comes into it
}
