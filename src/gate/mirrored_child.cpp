#include "gate/mirrored_child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/process_stat.h"

namespace weir::gate {

namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

sigset_t all_signals() {
  sigset_t all;
  sigfillset(&all);
  // Faults of our own must end us.
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
    sigdelset(&all, signal);
  return all;
}

/// What the program is to find as the shim found it.
struct Inherited {
  sigset_t mask;
  struct sigaction on_child;
};

void set_nice(int least) {
  if (::getpriority(PRIO_PROCESS, 0) < least) (void)::setpriority(PRIO_PROCESS, 0, least);
}

/// The two ends of a pipe whose reader sees its end when nobody has the other one any more.
struct StartPipe {
  UniqueFd reader;
  UniqueFd writer;
};

StartPipe make_start_pipe() {
  int ends[2] = {-1, -1};
  (void)!::pipe2(ends, O_CLOEXEC);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// In the child. Ends it when the program cannot be started.
[[noreturn]] void become(const MirroredProgram& program, const Inherited& inherited,
                         StartPipe& start, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  // Until then the locks of the lease are ours, too.
  start.writer.reset();
  char nothing = 0;
  while (::read(start.reader.get(), &nothing, 1) < 0 && errno == EINTR) {
  }
  if (::getppid() != parent) ::_exit(128 + SIGTERM);  // it was killed, maybe before the first line
  for (const auto& [own, number] : program.descriptors) {
    if (own == number)
      ::fcntl(own, F_SETFD, 0);
    else
      ::dup2(own, number);
  }
  if (program.nice > 0) set_nice(program.nice);
  const auto words = pointers_to(program.words);
  const auto environment = pointers_to(program.environment);
  ::sigaction(SIGCHLD, &inherited.on_child, nullptr);
  ::sigprocmask(SIG_SETMASK, &inherited.mask, nullptr);
  ::execve(program.path.c_str(), words.data(), environment.data());
  const int failure = errno;
  ::dprintf(STDERR_FILENO, "%s: %s\n", program.path.c_str(), ::strerror(failure));
  ::_exit(failure == ENOENT ? 127 : 126);
}

std::chrono::milliseconds processor_time(const rusage& usage) {
  const auto of = [](const timeval& time) {
    return std::chrono::milliseconds(time.tv_sec * 1000 + time.tv_usec / 1000);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

bool has_pending_stop(pid_t pid) {
  constexpr int kStops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
  return std::ranges::any_of(kStops, [pid](int signal) {
    return has_signal(pid, SignalSet::pending, signal).value_or(false);
  });
}

UniqueFd open_pidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

}  // namespace

Result<MirroredChild> MirroredChild::start(const MirroredProgram& program) {
  Inherited inherited{};
  const sigset_t all = all_signals();
  ::sigprocmask(SIG_SETMASK, &all, &inherited.mask);
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &usual, &inherited.on_child);
  UniqueFd signals(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  const pid_t parent = ::getpid();
  StartPipe start = make_start_pipe();
  const pid_t pid = signals ? ::fork() : -1;
  if (pid == 0) become(program, inherited, start, parent);
  if (pid < 0) {
    const int failure = errno;
    ::sigaction(SIGCHLD, &inherited.on_child, nullptr);
    ::sigprocmask(SIG_SETMASK, &inherited.mask, nullptr);
    return fail(Error::from_errno(failure, "fork"));
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // what the child leaves behind can be told from others
  MirroredChild child(pid);
  child.signals_ = std::move(signals);
  child.own_pidfd_ = open_pidfd(parent);
  child.pidfd_ = open_pidfd(pid);
  child.duty_ = {.child = child.pidfd_.get(),
                 .shim = child.own_pidfd_.get(),
                 .locks = program.locks,
                 .mark = program.mark};
  child.plant_witness();
  return child;  // and with its end of the pipe the program starts
}

MirroredChild::MirroredChild(MirroredChild&& other) noexcept
    : pid_(other.pid_),
      pidfd_(std::move(other.pidfd_)),
      own_pidfd_(std::move(other.own_pidfd_)),
      duty_(std::move(other.duty_)),
      witnesses_(std::exchange(other.witnesses_, {})),
      signals_(std::move(other.signals_)) {}

MirroredChild::~MirroredChild() {
  for (const GroupWitness& witness : witnesses_) witness.remove();
}

void MirroredChild::plant_witness() {
  const GroupWitness witness = GroupWitness::plant(duty_);
  if (witness.pid() > 0) witnesses_.push_back(witness);
}

void MirroredChild::leave_locks() { witnesses_.clear(); }

/// A signal that has reached a witness has reached the child, too. The kernel tells the newest
/// members of a group first, so it waits there when we hear of it. A witness speaks once about each
/// signal: then a new one is planted, while the old one still tells what came in between.
bool MirroredChild::reached_group(int signal) {
  bool reached = false;
  for (GroupWitness& witness : witnesses_) reached = witness.has_seen(signal) || reached;
  if (!reached) return false;
  plant_witness();
  if (witnesses_.size() > 2) {
    witnesses_.front().remove();
    witnesses_.erase(witnesses_.begin());
  }
  return true;
}

/// A stop takes back a CONT that waits: what the group was sent before a new stop has left no trace
/// in a witness, and passed on now it would undo the stop of the child.
bool MirroredChild::is_group_stopping() const {
  const bool group_has_it = std::ranges::any_of(
      witnesses_, [](const GroupWitness& each) { return has_pending_stop(each.pid()); });
  if (!group_has_it) return false;
  // A witness keeps an old one, too, from which the child has gone on.
  if (has_pending_stop(pid_)) return true;
  siginfo_t stop{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &stop, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         stop.si_pid != 0;
}

void MirroredChild::take_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) continue;
    // A terminal and other parts of the kernel address the whole group, or only us.
    if (info.ssi_code == SI_KERNEL) continue;
    if (reached_group(signal)) continue;
    if (signal == SIGCONT && is_group_stopping()) continue;
    ::kill(pid_, signal);
  }
}

/// Stops as the child did, so that a shell sees it.
void MirroredChild::stop_like_child(int signal) {
  take_signals();  // or one that is pending would stop us a second time
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  if (signal == SIGSTOP) {
    ::raise(SIGSTOP);
    return;
  }
  struct sigaction usual{};
  struct sigaction before{};
  usual.sa_handler = SIG_DFL;
  ::sigaction(signal, &usual, &before);
  ::raise(signal);
  ::sigprocmask(SIG_UNBLOCK, &one, nullptr);  // stops here
  ::sigprocmask(SIG_BLOCK, &one, nullptr);
  ::sigaction(signal, &before, nullptr);
}

std::optional<MirroredEnd> MirroredChild::reap() {
  for (;;) {
    int status = 0;
    rusage usage{};
    const pid_t pid = ::wait4(-1, &status, WNOHANG | WUNTRACED, &usage);
    if (pid <= 0) return {};
    if (pid != pid_) {
      // Somebody else's orphan, which we have got, or a witness that was killed.
      if (!WIFSTOPPED(status) && std::erase_if(witnesses_, [&](const GroupWitness& each) {
                                   return each.pid() == pid;
                                 }) > 0)
        plant_witness();
      continue;
    }
    if (WIFSTOPPED(status)) {
      stop_like_child(WSTOPSIG(status));
      continue;
    }
    return MirroredEnd{.status = status,
                       .processor_time = processor_time(usage),
                       .memory = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
  }
}

std::optional<MirroredEnd> MirroredChild::wait(int other, std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit;
  for (;;) {
    take_signals();
    if (auto end = reap()) return end;
    int left = -1;
    if (limit.count() >= 0) {
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (rest.count() <= 0) return {};
      left = static_cast<int>(rest.count());
    }
    pollfd wanted[] = {{signals_.get(), POLLIN, 0}, {other, POLLIN, 0}};
    if (::poll(wanted, 2, left) > 0 && wanted[1].revents != 0) return {};
  }
}

}  // namespace weir::gate
