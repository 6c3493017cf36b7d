#include "gate/group_witness.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/unique_fd.h"
#include "gate/process_identity.h"
#include "gate/tagged_processes.h"

namespace weir::gate {

namespace {

constexpr int kLookAgainMs = 20;

/// The signals that wait for a process, as /proc tells them. True when it cannot be told.
bool is_pending(pid_t pid, int signal) {
  char text[4096];
  std::snprintf(text, sizeof text, "/proc/%d/status", pid);
  const UniqueFd file(::open(text, O_RDONLY | O_CLOEXEC));
  const ssize_t size = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (size <= 0) return true;
  text[size] = '\0';
  const char* line = std::strstr(text, "\nShdPnd:");
  return !line || ((std::strtoull(line + 8, nullptr, 16) >> (signal - 1)) & 1) != 0;
}

/// All descriptors but these.
void close_others(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned first = 0;
  for (const int fd : kept) {
    if (fd < 0) continue;
    const auto number = static_cast<unsigned>(fd);
    if (number > first) ::syscall(SYS_close_range, first, number - 1, 0U);
    first = number + 1;
  }
  ::syscall(SYS_close_range, first, ~0U, 0U);
}

void await_end(int pidfd) {
  pollfd wanted{pidfd, POLLIN, 0};
  while (::poll(&wanted, 1, -1) < 0 && errno == EINTR) {
  }
}

/// Twice none: a process in the middle of exec(2) has no environment to be known by.
void await_all_with(const std::string& mark) {
  const pid_t session = ::getsid(0);
  for (int looks = 0; looks < 2; ++looks) {
    for (const ProcessIdentity& process : processes_with(mark, session)) {
      looks = -1;
      if (const UniqueFd pidfd = open_identity(process)) await_end(pidfd.get());
    }
    ::poll(nullptr, 0, kLookAgainMs);
  }
}

[[noreturn]] void watch(const WitnessDuty& duty, pid_t shim) {
  const bool keeps_locks = !duty.locks.empty() && duty.child >= 0 && duty.shim >= 0;
  if (!keeps_locks) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != shim) ::_exit(0);
  }
  ::prctl(PR_SET_NAME, "gate-witness");
  std::vector<int> kept;
  if (keeps_locks) {
    kept = duty.locks;
    kept.insert(kept.end(), {duty.child, duty.shim});
  }
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  close_others(kept);
  if (!keeps_locks) {
    for (;;) ::pause();
  }
  await_end(duty.child);
  await_end(duty.shim);  // a shim that lives gives the locks back itself
  await_all_with(duty.mark);
  ::_exit(0);
}

}  // namespace

GroupWitness GroupWitness::plant(const WitnessDuty& duty) {
  const pid_t shim = ::getpid();
  GroupWitness witness;
  witness.pid_ = ::fork();
  if (witness.pid_ == 0) watch(duty, shim);
  return witness;
}

bool GroupWitness::has_seen(int signal) {
  const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
  if ((known_ & bit) != 0 || !is_pending(pid_, signal)) return false;
  known_ |= bit;
  return true;
}

void GroupWitness::remove() const {
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace weir::gate
