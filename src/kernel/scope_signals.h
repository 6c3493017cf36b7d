// ScopeSignals: the signals that a subshell takes itself, because its scope has a trap for them.
//
// A subshell is no process, so a signal for it is a call. It comes to the outermost one: of a
// background job by `kill` and the hang-up, in the foreground by Ctrl-C and Ctrl-\ alone. What the
// scope ignores does nothing. What it has an action for is pending until the next command, or the
// end; one by which programs end also ends what the subshell waits for, and what it has begun.
// Others cancel it with all around it.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>

#include "kernel/pending_signals.h"
#include "kernel/scope.h"
#include "loop/cancel.h"
#include "scheduler/job_manager.h"

namespace weir::kernel {

struct Shell;

class ScopeSignals {
 public:
  /// `job`: the one that it is the whole of, or the entry in the foreground; null in the foreground
  /// of a script. `around`: what ends the subshell.
  ScopeSignals(Shell& shell, scheduler::JobPtr job, loop::CancelToken around);
  ~ScopeSignals();
  ScopeSignals(const ScopeSignals&) = delete;
  ScopeSignals& operator=(const ScopeSignals&) = delete;

  bool hears(int signal) const;
  /// The traps of the scope, after each change.
  void update(const CopyOnWrite<std::map<int, Trap>>& traps);

  PendingSignals& pending() { return pending_; }
  /// The context's: cancelled by what ends the subshell, and by a signal that ends a command of it.
  loop::CancelToken token() const { return command_.token(); }
  loop::CancelToken around() const { return around_; }
  /// Such a signal cancelled this token, and not the subshell.
  bool outlives(const loop::CancelToken& token) const;
  /// The same token, or another one where a signal has ended the command.
  loop::CancelToken renewed(const loop::CancelToken& token);

 private:
  bool take(int signal);
  void watch(int signal);

  Shell& shell_;
  const scheduler::JobPtr job_;  // shared: the manager
  const loop::CancelToken around_;
  loop::CancelSource command_;  // child of `around_`
  CopyOnWrite<std::map<int, Trap>> traps_;
  PendingSignals pending_;
  scheduler::SignalTakers::Place place_;
  std::map<int, std::unique_ptr<loop::SignalWatcher>> watchers_;
};

}  // namespace weir::kernel
