#include "kernel/scope_signals.h"

#include <csignal>
#include <utility>

#include "kernel/shell.h"

namespace weir::kernel {

namespace {

constexpr int kKeys[] = {SIGINT, SIGQUIT};

scheduler::SignalTakers& takers_of(Shell& shell, const scheduler::JobPtr& job) {
  return job ? job->takers : shell.takers;
}

}  // namespace

ScopeSignals::ScopeSignals(Shell& shell, scheduler::JobPtr job, loop::CancelToken around)
    : shell_(shell),
      job_(std::move(job)),
      around_(std::move(around)),
      command_(around_),
      pending_(shell.loop) {
  place_ = takers_of(shell_, job_).add([this](int signal) { return take(signal); });
}

ScopeSignals::~ScopeSignals() { takers_of(shell_, job_).remove(place_); }

bool ScopeSignals::hears(int signal) const {
  const bool is_whole_job = job_ && !job_->is_entry;
  return is_whole_job || std::ranges::find(kKeys, signal) != std::end(kKeys);
}

void ScopeSignals::update(const CopyOnWrite<std::map<int, Trap>>& traps) {
  traps_ = traps;
  if (job_ || shell_.interactive) return;
  for (const int signal : kKeys) watch(signal);
}

/// In a script the process would end by it.
void ScopeSignals::watch(int signal) {
  watchers_.erase(signal);
  const bool is_ignored = sigismember(&shell_.inherited_ignored, signal) == 1 ||
                          shell_.ignored_by_trap.contains(signal);
  const bool is_watched = shell_.signal_watchers.contains(signal);
  if (!traps_->contains(signal) || is_ignored || is_watched) return;
  watchers_[signal] =
      std::make_unique<loop::SignalWatcher>(shell_.loop, signal, [this, signal] { take(signal); });
}

bool ScopeSignals::take(int signal) {
  const auto trap = traps_->find(signal);
  if (signal <= 0 || trap == traps_->end() || !hears(signal)) return false;
  if (trap->second.text.empty()) return true;
  pending_.add(signal);
  if (!scheduler::is_message(signal)) command_.cancel(signal);
  return true;
}

bool ScopeSignals::outlives(const loop::CancelToken& token) const {
  return token == command_.token() && !around_.cancelled();
}

loop::CancelToken ScopeSignals::renewed(const loop::CancelToken& token) {
  if (!command_.cancelled() || !outlives(token)) return token;
  command_ = loop::CancelSource(around_);
  return command_.token();
}

}  // namespace weir::kernel
