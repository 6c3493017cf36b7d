#include "scheduler/terminal_control.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "scheduler/process_tree.h"

namespace weir::scheduler {

namespace {

constexpr int kJobSignals[] = {SIGTSTP, SIGTTIN, SIGTTOU};

/// tcsetpgrp() and tcsetattr() from the background stop the caller, unless TTOU is blocked.
class TtouBlocked {
 public:
  TtouBlocked() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTTOU);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~TtouBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  TtouBlocked(const TtouBlocked&) = delete;
  TtouBlocked& operator=(const TtouBlocked&) = delete;

 private:
  sigset_t before_;
};

/// With its default action and unblocked, whatever they are otherwise. 0: the whole group.
void stop_process_by(int signal, pid_t process) {
  struct sigaction action = {}, before = {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, &before);
  sigset_t set, mask;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, &mask);
  ::kill(process, signal);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  ::sigaction(signal, &before, nullptr);
}

}  // namespace

// ---- the loan ---------------------------------------------------------------------

TerminalLoan& TerminalLoan::operator=(TerminalLoan&& other) noexcept {
  if (this != &other) {
    end();
    control_ = std::exchange(other.control_, nullptr);
    job_ = std::move(other.job_);
  }
  return *this;
}

void TerminalLoan::end() {
  if (TerminalControl* control = std::exchange(control_, nullptr)) control->end_loan(job_);
  job_.reset();
}

TerminalLoan TerminalControl::lend(JobPtr job) {
  loans_.push_back(job);
  was_held_ = false;
  job->begin_foreground();
  if (const pid_t group = job->group->live_group()) {
    was_handed_to(group, modes());
    give_to(group);
  }
  // The system tells of a new size only those who have the terminal at that time.
  if (!job->modes || has_resized_since(*job->modes)) job->group->tell(SIGWINCH);
  if (job->modes) set_modes(*job->modes);
  return TerminalLoan(*this, std::move(job));
}

void TerminalControl::end_loan(const JobPtr& job) {
  std::erase(loans_, job);
  job->end_foreground();
  const bool is_stopped = !job->ended();
  if (is_stopped) {
    const auto now = is_spoiled_ ? before_holder_ : modes();
    if (now) job->modes = std::make_unique<TerminalModes>(*now);
  }
  take_back();
  // What a program has set up and ended well with is meant to stay (stty). What it was stopped
  // or killed in is not, nor what others set meanwhile.
  if (!is_stopped && job->code == 0 && was_held_)
    shell_modes_ = modes();
  else if (shell_modes_)
    set_modes(*shell_modes_);
  was_held_ = false;
}

int TerminalControl::terminal_for(const Job* job) const {
  return job && is_in_foreground(*job) ? fd_.get() : -1;
}

void TerminalControl::was_handed_to(pid_t group, std::optional<TerminalModes> before) {
  if (holder_ != group) before_holder_ = before;
  holder_ = group;
  was_held_ = true;
  interrupted_group_ = 0;
}

/// Nobody can tell which of the modes are the holder's own, so it leaves those that it came to.
void TerminalControl::mend_modes() {
  if (std::exchange(is_spoiled_, false) && before_holder_) set_modes(*before_holder_);
}

/// Ctrl-C came while its group had no program. Where there is one it has got it, too, and it is its
/// end that counts.
void TerminalControl::keeper_ended(Job& job, const Process& process) {
  const bool by_key = process.status.was_signaled() && process.status.signal() == SIGINT;
  if (!by_key || !is_in_foreground(job) || job.group->has_running(process.group)) return;
  if (holder_ == process.group) take_back();
  was_interrupted(job, process.group);
}

void TerminalControl::process_ended(Job& job, const Process& process) {
  if (process.keeps_group) return keeper_ended(job, process);
  // A stopped editor that is killed sets its modes once more. At the prompt the editor has its own.
  const bool was_behind = job.modes && !is_in_foreground(job);
  if (was_behind && holder_ != 0)
    is_spoiled_ = true;
  else if (was_behind && !loans_.empty() && shell_modes_)
    set_modes(*shell_modes_);
  if (holder_ == 0 || process.group != holder_ || job.group->has_live(holder_)) return;
  if (is_in_foreground(job)) take_back();
  // Ctrl-C was for the whole entry; this shell has not seen it, because the terminal was theirs.
  // A program that lives on with it (an editor) is waited for, and the entry goes on.
  const bool by_key = process.status.was_signaled() && process.status.signal() == SIGINT;
  if (by_key) was_interrupted(job, process.group);
}

/// A program and the keeper of its group may both tell of one Ctrl-C.
void TerminalControl::was_interrupted(Job& job, pid_t group) {
  if (std::exchange(interrupted_group_, group) != group) job.interrupt(SIGINT);
}

bool TerminalControl::satisfies(Job& job, Process& process) {
  const int signal = process.status.signal();
  if (signal != SIGTTIN && signal != SIGTTOU) return false;
  if (!is_in_foreground(job) || holder_ != 0 || process.group == 0) return false;
  was_handed_to(process.group, modes());
  give_to(process.group);
  process.is_continuing = true;
  ::kill(-process.group, SIGCONT);
  return true;
}

void TerminalControl::take_back() {
  holder_ = 0;
  give_to(own_group_);
  mend_modes();
}

// ---- the terminal -------------------------------------------------------------------

Result<std::unique_ptr<TerminalControl>> TerminalControl::acquire(int fd, bool has_front) {
  if (!::isatty(fd)) return fail(ErrorKind::invalid, "stdin is not a terminal");
  constexpr int kHigh = 10;
  UniqueFd own(::fcntl(fd, F_DUPFD_CLOEXEC, kHigh));
  if (!own) return fail(Error::from_errno(errno, "terminal"));
  if (::tcgetpgrp(own.get()) < 0)
    return fail(ErrorKind::invalid, "the terminal on stdin is not the one of this session");
  std::unique_ptr<TerminalControl> control(new TerminalControl(std::move(own), has_front));
  if (!control->wait_for_foreground())
    return fail(ErrorKind::invalid, "nobody can bring this process to the foreground");
  control->take_over();
  return control;
}

TerminalControl::TerminalControl(UniqueFd fd, bool has_front)
    : fd_(std::move(fd)), has_front_(has_front), first_group_(::getpgrp()) {}

TerminalControl::~TerminalControl() { release(); }

void TerminalControl::release() {
  if (own_group_ != 0 && fd_) {
    restore_job_signals();
    if (first_group_ != own_group_) give_to(first_group_);
  }
  fd_.reset();
}

/// POSIX 3.270: no process of the group has its parent in another group of the session. Looked at
/// is the group that this process was started in: it is the one that is to be brought back.
bool TerminalControl::is_orphaned() const {
  pid_t parent = ::getppid();
  while (parent > 1 && (::getpgid(parent) == first_group_ || ::getpgid(parent) == ::getpgrp())) {
    const auto process = find_process(parent);
    parent = process ? process->parent : 0;
  }
  return parent <= 1 || ::getsid(parent) != ::getsid(0);
}

void TerminalControl::stop_by(int signal) const {
  stop_process_by(signal, has_front_ ? ::getpid() : 0);
}

void TerminalControl::take_over() {
  // A session's leader leads a group already; a process that cannot make one stays where it is.
  (void)::setpgid(0, 0);
  own_group_ = ::getpgrp();
  ignore_job_signals();
  give_to(own_group_);
  if (!shell_modes_) shell_modes_ = modes();
}

void TerminalControl::ignore_job_signals() {
  struct sigaction action = {};
  action.sa_handler = SIG_IGN;
  for (size_t i = 0; i < std::size(kJobSignals); ++i)
    ::sigaction(kJobSignals[i], &action, &before_[i]);
}

void TerminalControl::restore_job_signals() {
  for (size_t i = 0; i < std::size(kJobSignals); ++i)
    ::sigaction(kJobSignals[i], &before_[i], nullptr);
}

/// The other side of a pseudo-terminal has gone a moment before the hang-up itself.
bool TerminalControl::is_there() const {
  pollfd state = {fd_.get(), 0, 0};
  const bool is_hung_up = ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
  return !is_hung_up && ::tcgetpgrp(fd_.get()) >= 0;
}
bool TerminalControl::is_ours() const { return ::tcgetpgrp(fd_.get()) == ::getpgrp(); }

bool TerminalControl::wait_for_foreground() const {
  while (!is_ours()) {
    // An orphaned group is not stopped by TTIN, so asking again would never end.
    if (!is_there() || is_orphaned()) return false;
    stop_by(SIGTTIN);
  }
  return true;
}

Result<void> TerminalControl::suspend(bool by_force) {
  if (is_orphaned() && !by_force)
    return fail(ErrorKind::refused,
                "this shell is the first of its session: nobody could let it go on");
  if (first_group_ != own_group_) give_to(first_group_);
  if (!has_front_) ::setpgid(0, first_group_);
  stop_by(SIGSTOP);
  (void)wait_for_foreground();
  take_over();
  if (shell_modes_) set_modes(*shell_modes_);
  return {};
}

void TerminalControl::give_to(pid_t group) const {
  if (!fd_) return;
  const TtouBlocked blocked;
  (void)::tcsetpgrp(fd_.get(), group);  // a terminal that is gone needs no owner
}

std::optional<TerminalModes> TerminalControl::modes() const {
  TerminalModes now;
  if (::tcgetattr(fd_.get(), &now.value) != 0) return std::nullopt;
  (void)::ioctl(fd_.get(), TIOCGWINSZ, &now.size);
  return now;
}

size_t TerminalControl::columns() const {
  winsize size{};
  return ::ioctl(fd_.get(), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool TerminalControl::has_resized_since(const TerminalModes& before) const {
  const auto now = modes();
  return now && (now->size.ws_row != before.size.ws_row || now->size.ws_col != before.size.ws_col);
}

void TerminalControl::set_modes(const TerminalModes& modes) const {
  const TtouBlocked blocked;
  (void)::tcsetattr(fd_.get(), TCSANOW, &modes.value);
}

}  // namespace weir::scheduler
