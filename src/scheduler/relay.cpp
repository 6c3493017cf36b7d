#include "scheduler/relay.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace weir::scheduler {

namespace {

/// Nothing of the shell's is kept from its end by the relay.
void close_others(const std::vector<RelayRoute>& routes) {
  std::vector<unsigned> kept;
  for (const RelayRoute& route : routes) {
    kept.push_back(static_cast<unsigned>(route.from.get()));
    kept.push_back(static_cast<unsigned>(route.to.get()));
  }
  std::ranges::sort(kept);
  unsigned next = 0;
  for (unsigned fd : kept) {
    if (fd > next) ::close_range(next, fd - 1, 0);
    next = fd + 1;
  }
  ::close_range(next, ~0U, 0);
}

void leave_the_shell() {
  ::setpgid(0, 0);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGTTOU, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool write_all(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, bytes, size);
    if (n >= 0) {
      bytes += n;
      size -= static_cast<size_t>(n);
    } else if (errno == EAGAIN) {
      pollfd room{fd, POLLOUT, 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/// False at the end, and when nobody reads.
bool move_some(const RelayRoute& route) {
  static char buffer[64 * 1024];
  const ssize_t n = ::read(route.from.get(), buffer, sizeof buffer);
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  return n > 0 && write_all(route.to.get(), buffer, static_cast<size_t>(n));
}

void relay(std::vector<RelayRoute> routes) {
  while (!routes.empty()) {
    std::vector<pollfd> polls;
    for (const RelayRoute& route : routes) {
      polls.push_back({route.from.get(), POLLIN, 0});
      polls.push_back({route.to.get(), 0, 0});  // tells when the reader has gone
    }
    if (::poll(polls.data(), polls.size(), -1) < 0) continue;
    for (size_t i = routes.size(); i-- > 0;) {
      const bool goes_on =
          polls[2 * i + 1].revents == 0 && (polls[2 * i].revents == 0 || move_some(routes[i]));
      if (!goes_on) routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace

Result<void> start_relay(std::vector<RelayRoute> routes) {
  const pid_t pid = ::fork();
  if (pid < 0) return fail(Error::from_errno(errno, "cannot fork"));
  if (pid > 0) return {};
  leave_the_shell();
  close_others(routes);
  relay(std::move(routes));
  ::_exit(0);
}

}  // namespace weir::scheduler
