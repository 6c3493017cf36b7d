#include "scheduler/reaper.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scheduler/deadline.h"
#include "scheduler/process_tree.h"

namespace weir::scheduler {

struct Reaper::Impl {
  explicit Impl(loop::Loop& l) : loop(l), on_child(l, SIGCHLD, [this] { collect(); }) {}

  void collect();
  void collect_each();
  void take(pid_t pid);

  loop::Loop& loop;
  std::unordered_map<pid_t, ProcessPtr> processes;
  /// Children that changed and that nobody watched at that time.
  std::unordered_set<pid_t> strangers;
  loop::SignalWatcher on_child;
};

/// Takes the next change of this child; its record goes with its end.
void Reaper::Impl::take(pid_t pid) {
  const auto found = processes.find(pid);
  if (found == processes.end()) return;
  const ProcessPtr process = found->second;
  int raw = 0;
  rusage usage{};
  const pid_t changed = ::wait4(pid, &raw, WNOHANG | WUNTRACED | WCONTINUED, &usage);
  if (changed == 0) return;
  if (changed < 0) raw = 127 << 8;  // somebody else has waited for it: how it ended is lost
  const bool ended = changed < 0 || WIFEXITED(raw) || WIFSIGNALED(raw);
  process->stopped = !ended && WIFSTOPPED(raw);
  process->status = ProcessStatus(raw);
  if (!ended) {
    if (process->on_change) process->on_change(*process);
    process->changed.pulse();
    return;
  }
  process->ended = true;
  process->usage = usage;
  processes.erase(found);
  if (process->on_change) process->on_change(*process);
  process->changed.set();
}

void Reaper::Impl::collect() {
  for (;;) {
    // Asks without taking, because the child may be somebody else's.
    siginfo_t info{};
    constexpr int kChanges = WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT;
    if (::waitid(P_ALL, 0, &info, kChanges) != 0 || info.si_pid == 0) return;
    if (!processes.contains(info.si_pid)) {
      // The system would name this one again and again, so ours are asked one by one.
      strangers.insert(info.si_pid);
      collect_each();
      return;
    }
    take(info.si_pid);
  }
}

void Reaper::Impl::collect_each() {
  std::vector<pid_t> pids;
  pids.reserve(processes.size());
  for (const auto& [pid, process] : processes) pids.push_back(pid);
  for (pid_t pid : pids) take(pid);
}

Reaper::Reaper(loop::Loop& loop) : impl_(std::make_unique<Impl>(loop)) {}
Reaper::~Reaper() = default;

ProcessPtr Reaper::watch(pid_t pid, pid_t group) {
  auto process = std::make_shared<Process>(impl_->loop, pid);
  process->group = group;
  impl_->processes[pid] = process;
  // Its signal came before it was known: have a look once more, from the loop.
  if (impl_->strangers.erase(pid) != 0) ::kill(::getpid(), SIGCHLD);
  return process;
}

void Reaper::leave(Process& process) {
  process.ended = true;
  process.changed.set();
  impl_->processes.erase(process.pid);
}

size_t Reaper::live() const { return impl_->processes.size(); }

bool Reaper::send(const Process& process, int signal) {
  return !process.ended && ::kill(process.pid, signal) == 0;
}

namespace {

void signal_process(const Process& process, int signal, bool whole_group) {
  if (process.ended) return;
  const bool group = whole_group && process.group > 0;
  ::kill(group ? -process.group : process.pid, signal);
}

/// A timeout's reason is SIGALRM; what the process gets is a request to end.
int signal_for(int reason) { return reason == 0 || reason == SIGALRM ? SIGTERM : reason; }

loop::Task<bool> ends_within(loop::Loop& loop, ProcessPtr process, loop::Duration time) {
  loop::CancelSource over;
  Deadline deadline(loop, time, over);
  while (!process->ended && co_await process->changed.wait(over.token())) {
  }
  co_await deadline.release();
  co_return process->ended;
}

}  // namespace

loop::Task<ProcessStatus> wait_for_end(loop::Loop& loop, ProcessPtr process,
                                       loop::CancelToken token, KillPolicy policy) {
  while (!process->ended && co_await process->changed.wait(token)) {
  }
  if (process->ended) co_return process->status;

  const int signal = signal_for(token.reason());
  if (process->signalled != signal) signal_process(*process, signal, policy.whole_group);
  process->signalled = signal;
  if (process->stopped) signal_process(*process, SIGCONT, policy.whole_group);
  // A hang-up is not for what ignores it, nor for what that has beside it in its group.
  const bool is_hang_up = signal == SIGHUP;
  const bool goes_on = is_hang_up && ignores_signal(process->pid, SIGHUP);
  if (!goes_on && !co_await ends_within(loop, process, policy.grace)) {
    signal_process(*process, SIGKILL, policy.whole_group && !is_hang_up);
  }
  while (!process->ended) (void)co_await process->changed.wait();
  co_return process->status;
}

}  // namespace weir::scheduler
