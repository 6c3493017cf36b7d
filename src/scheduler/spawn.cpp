#include "scheduler/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/unique_fd.h"

namespace weir::scheduler {

namespace {

// The signals that weir itself may catch or ignore. exec resets what is caught
// and keeps what is ignored, so only these need a word in the child: one call
// each instead of one for each of the 64 signals.
constexpr int kOwnSignals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE,  SIGALRM,
                               SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD,  SIGCONT,
                               SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH, SIGXFSZ};

// The mask that the shell was started with is what its children get.
sigset_t current_mask() {
  sigset_t mask;
  ::sigprocmask(SIG_BLOCK, nullptr, &mask);
  return mask;
}
const sigset_t kInitialMask = current_mask();

enum class Step : int { none, group, directory, priority, descriptor, limit, exec };

struct Failure {
  Step step = Step::none;
  int err = 0;
  int number = 0;  // of the descriptor
};

/// What the child tells: why it did not become the program, and what the terminal sent it before
/// it could (a bit for each of kTerminalSignals).
struct Report {
  Failure failure;
  unsigned early = 0;
};

// They come from the keyboard, to whoever has the terminal.
constexpr int kTerminalSignals[] = {SIGINT, SIGQUIT, SIGTSTP};
constexpr unsigned kStopBit = 1u << 2;

struct FdAction {
  enum Kind : uint8_t { save, put, share, drop } kind;
  int from;
  int to;    // save: the index of the action that uses the copy
};

// Everything that the child reads, made ready by the parent. With vfork
// semantics the child also writes here; with an emulated one (valgrind, qemu)
// it has its own copy and answers through `report_fd`.
struct ChildPlan {
  const SpawnSpec* spec = nullptr;
  std::vector<FdAction> actions;
  int first_free = 3;  // above all targets
  int report_fd = -1;
  bool shares_memory = false;
  pid_t owner = -1;  // of the terminal, before the child took it
  Report report;
};

// The order in which descriptors are put into place: a source that is also
// somebody's target is first copied out of the way.
void plan_descriptors(ChildPlan& plan) {
  const SpawnSpec& spec = *plan.spec;
  int top = 2;
  for (const FdMapping& m : spec.fds) top = std::max(top, m.child);
  plan.first_free = top + 1;
  enum : uint8_t { kMapped = 1, kReplaced = 2 };
  std::vector<uint8_t> numbers(static_cast<size_t>(top) + 1);
  for (const FdMapping& m : spec.fds) {
    numbers[static_cast<size_t>(m.child)] |= m.child == m.parent ? kMapped : kMapped | kReplaced;
  }
  const auto is = [&](int fd, uint8_t what) {
    return fd >= 0 && fd <= top && (numbers[static_cast<size_t>(fd)] & what) != 0;
  };
  const auto must_move = [&](const FdMapping& m) {
    return m.parent != m.child && is(m.parent, kReplaced);
  };

  size_t saved = 0;
  for (const FdMapping& m : spec.fds) saved += must_move(m) ? 1 : 0;
  plan.actions.reserve(saved + spec.fds.size() + spec.closed.size());
  size_t use = saved;
  for (const FdMapping& m : spec.fds) {
    if (must_move(m)) plan.actions.push_back({FdAction::save, m.parent, static_cast<int>(use)});
    ++use;
  }
  for (const FdMapping& m : spec.fds) {
    const auto kind = m.parent == m.child ? FdAction::share : FdAction::put;
    plan.actions.push_back({kind, m.parent, m.child});
  }
  for (int fd : spec.closed) {
    if (!is(fd, kMapped)) plan.actions.push_back({FdAction::drop, fd, fd});
  }
}

// ---- in the child: only async-signal-safe calls, nothing of the sanitizers -----

#define WEIR_IN_CHILD __attribute__((noinline, no_sanitize("address", "undefined")))

WEIR_IN_CHILD void send_report(const ChildPlan& plan) {
  if (plan.report_fd >= 0) {
    [[maybe_unused]] auto n = ::write(plan.report_fd, &plan.report, sizeof plan.report);
  }
}

WEIR_IN_CHILD void note_early_signals(ChildPlan& plan) {
  sigset_t pending;
  ::sigpending(&pending);
  for (unsigned i = 0; i < std::size(kTerminalSignals); ++i) {
    if (::sigismember(&pending, kTerminalSignals[i]) == 1) plan.report.early |= 1u << i;
  }
}

[[noreturn]] WEIR_IN_CHILD void give_up(ChildPlan& plan, Step step, int err, int number = 0) {
  // The terminal goes back to who had it, and with it what was typed meanwhile.
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  if (plan.owner > 0) ::tcsetpgrp(plan.spec->terminal_fd, plan.owner);
  note_early_signals(plan);
  plan.report.failure = {step, err, number};
  send_report(plan);
  ::_exit(127);
}

WEIR_IN_CHILD void discard(int signal) {
  struct sigaction action = {};
  action.sa_handler = SIG_IGN;
  ::sigaction(signal, &action, nullptr);
}

WEIR_IN_CHILD void join_group(ChildPlan& plan, const SpawnSpec& spec) {
  if (spec.group) {
    if (::setpgid(0, *spec.group) != 0) give_up(plan, Step::group, errno);
    // What came before was for the group of the shell, which has it, too.
    for (int signal : kTerminalSignals) discard(signal);
  }
  if (spec.terminal_fd < 0) return;
  plan.owner = ::tcgetpgrp(spec.terminal_fd);
  // All signals are blocked, so this is allowed from the background, too. A
  // terminal that is no longer ours is no reason not to run the program.
  ::tcsetpgrp(spec.terminal_fd, ::getpgrp());
}

WEIR_IN_CHILD void place_descriptors(ChildPlan& plan) {
  FdAction* const actions = plan.actions.data();
  const size_t count = plan.actions.size();
  for (size_t i = 0; i < count; ++i) {
    const FdAction& a = actions[i];
    int done = 0;
    switch (a.kind) {
      case FdAction::save:
        done = ::fcntl(a.from, F_DUPFD_CLOEXEC, plan.first_free);
        if (done >= 0) actions[a.to].from = done;
        break;
      case FdAction::put:
        done = ::dup2(a.from, a.to);
        break;
      case FdAction::share:
        done = ::fcntl(a.from, F_SETFD, 0);
        break;
      case FdAction::drop:
        ::close(a.from);
        break;
    }
    if (done < 0) give_up(plan, Step::descriptor, errno, a.from);
  }
}

WEIR_IN_CHILD void set_limits(ChildPlan& plan, const SpawnSpec& spec) {
  const auto* limits = spec.limits.data();
  for (size_t i = 0, n = spec.limits.size(); i < n; ++i) {
    if (::setrlimit(static_cast<__rlimit_resource>(limits[i].first), &limits[i].second) != 0) {
      give_up(plan, Step::limit, errno);
    }
  }
}

WEIR_IN_CHILD void restore_signals(const SpawnSpec& spec) {
  struct sigaction action = {};
  for (int signal : kOwnSignals) {
    const bool ignore = spec.ignored != nullptr && ::sigismember(spec.ignored, signal) == 1;
    action.sa_handler = ignore ? SIG_IGN : SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  if (spec.ignored != nullptr) {
    action.sa_handler = SIG_IGN;
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
      if (::sigismember(spec.ignored, signal) == 1) ::sigaction(signal, &action, nullptr);
    }
  }
}

ChildPlan* g_plan = nullptr;  // of the child that is on its way

WEIR_IN_CHILD void note_signal(int signal) {
  const int err = errno;
  for (unsigned i = 0; i < std::size(kTerminalSignals); ++i) {
    if (kTerminalSignals[i] == signal) g_plan->report.early |= 1u << i;
  }
  send_report(*g_plan);
  errno = err;
}

/// A child that is stopped before it is the program would keep the shell in clone() for good, and
/// one that dumps core would dump the shell (Linux before 5.16 ends all who share the memory). So
/// these two are caught up to the exec, which resets that, and spawn() sends them again to the
/// program. INT ends the child here as it would end the program.
WEIR_IN_CHILD void unblock_signals(ChildPlan& plan) {
  g_plan = &plan;
  for (int signal : {SIGQUIT, SIGTSTP}) {
    struct sigaction action = {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_DFL) continue;
    action = {};
    action.sa_handler = note_signal;
    ::sigaction(signal, &action, nullptr);
  }
  ::sigprocmask(SIG_SETMASK, &kInitialMask, nullptr);
}

WEIR_IN_CHILD int run_child(void* argument) {
  ChildPlan& plan = *static_cast<ChildPlan*>(argument);
  const SpawnSpec& spec = *plan.spec;
  plan.shares_memory = true;
  join_group(plan, spec);
  if (spec.cwd_fd >= 0 && ::fchdir(spec.cwd_fd) != 0) give_up(plan, Step::directory, errno);
  ::umask(spec.mask);
  // Like nice(1): what is not permitted does not keep the program from running.
  if (spec.nice != 0) [[maybe_unused]]
    int level = ::nice(spec.nice);
  place_descriptors(plan);
  set_limits(plan, spec);
  restore_signals(spec);
  unblock_signals(plan);
  ::execve(spec.path, spec.argv.data(), spec.environment.data());
  give_up(plan, Step::exec, errno);
}

// ---- in the parent -------------------------------------------------------------

// Whether a child made by clone(CLONE_VM | CLONE_VFORK) runs in our memory
// while we wait. Emulators make a plain fork of it; the first spawn finds out.
enum class Vfork : uint8_t { unknown, real, emulated };
Vfork g_vfork = Vfork::unknown;

alignas(64) char g_child_stack[64 * 1024];

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

struct ReportPipe {
  UniqueFd reader, writer;
};

// Its writing end lies above all numbers that the child replaces.
Result<ReportPipe> make_report_pipe(int first_free) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "cannot make a pipe"));
  ReportPipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (ends[1] >= first_free) return pipe;
  const int high = ::fcntl(ends[1], F_DUPFD_CLOEXEC, first_free);
  if (high < 0) return fail(Error::from_errno(errno, "cannot make a pipe"));
  pipe.writer.reset(high);
  return pipe;
}

/// The last of those that the child has sent.
Report read_report(ReportPipe& pipe) {
  pipe.writer.reset();
  Report last, next;
  ssize_t n;
  do {
    n = ::read(pipe.reader.get(), &next, sizeof next);
    if (n == sizeof next) last = next;
  } while (n > 0 || (n < 0 && errno == EINTR));
  return last;
}

void take_report(ChildPlan& plan, ReportPipe& pipe) {
  if (g_vfork == Vfork::unknown) g_vfork = plan.shares_memory ? Vfork::real : Vfork::emulated;
  if (g_vfork == Vfork::emulated) plan.report = read_report(pipe);
}

Error describe(const Failure& failure, const SpawnSpec& spec) {
  switch (failure.step) {
    case Step::group:
      return Error::from_errno(failure.err, "cannot join the process group");
    case Step::directory:
      return Error::from_errno(failure.err, "cannot enter the working directory");
    case Step::descriptor:
      return Error::from_errno(failure.err, "descriptor " + std::to_string(failure.number));
    case Step::limit:
      return Error::from_errno(failure.err, "cannot set a limit");
    default:
      return Error::from_errno(failure.err, spec.path);
  }
}

void reap_failed_child(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void send_again(pid_t pid, unsigned early) {
  for (unsigned i = 0; i < std::size(kTerminalSignals); ++i) {
    if (early & 1u << i) ::kill(pid, kTerminalSignals[i]);
  }
}

}  // namespace

Result<pid_t> spawn(const SpawnSpec& spec) {
  ChildPlan plan;
  plan.spec = &spec;
  plan_descriptors(plan);

  ReportPipe report;
  if (g_vfork != Vfork::real) {
    auto made = make_report_pipe(plan.first_free);
    if (!made) return fail(std::move(made.error()));
    report = std::move(*made);
    plan.report_fd = report.writer.get();
  }

  pid_t pid;
  int err;
  {
    SignalsBlocked blocked;
    pid = ::clone(run_child, g_child_stack + sizeof g_child_stack, CLONE_VM | CLONE_VFORK | SIGCHLD,
                  &plan);
    err = errno;
    if (pid >= 0) take_report(plan, report);
    // Before a Ctrl-Z that is for this process, too, stops it: who lets it go on lets the program
    // go on, which must have been stopped by then.
    if (pid >= 0 && plan.report.failure.step == Step::none) send_again(pid, plan.report.early);
  }
  if (pid < 0) return fail(Error::from_errno(err, "cannot make a process"));

  const Report& told = plan.report;
  if (told.failure.step == Step::none) {
    // By now the program may have ended, and Ctrl-Z is for what comes after it, too.
    if (spec.terminal_fd >= 0) send_again(::getpid(), told.early & kStopBit);
    return pid;
  }
  reap_failed_child(pid);
  if (spec.terminal_fd >= 0) send_again(::getpid(), told.early);
  return fail(describe(told.failure, spec));
}

}  // namespace weir::scheduler
