#include "gate/group_witness.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/process_stat.h"
#include "base/unique_fd.h"
#include "gate/process_identity.h"
#include "gate/tagged_processes.h"

namespace weir::gate {

namespace {

constexpr int kLookAgainMs = 20;
constexpr int kLookAtMostMs = 500;

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

bool ends_within(int pidfd, int ms) {
  pollfd wanted{pidfd, POLLIN, 0};
  int found = -1;
  while ((found = ::poll(&wanted, 1, ms)) < 0 && errno == EINTR) {
  }
  return found > 0;
}

void await_end(int pidfd) { (void)ends_within(pidfd, -1); }

/// A shim that runs gives the locks back itself, at once. Nobody tells when one is stopped.
void await_end_or_stop(int pidfd, pid_t shim) {
  for (int ms = kLookAgainMs; !ends_within(pidfd, ms); ms = std::min(ms * 2, kLookAtMostMs)) {
    const auto stat = read_process_stat(shim);
    if (stat && stat->is_stopped()) return;
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
  await_end_or_stop(duty.shim, shim);
  await_all_with(duty.mark);
  // Of a shim that is stopped, too: it has nothing to do any more but to report.
  for (const int lock : duty.locks) ::flock(lock, LOCK_UN);
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
  if ((known_ & bit) != 0) return false;
  if (!has_signal(pid_, SignalSet::pending, signal).value_or(true)) return false;
  known_ |= bit;
  return true;
}

void GroupWitness::remove() const {
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace weir::gate
