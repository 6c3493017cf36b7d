// ProcessGroup: the group that the processes of one job, worker or timeout share.
//
// The first process leads; later ones join. When the leader is gone and the
// group with it, the next process leads a new one: a job may so have had several
// groups, and signal() reaches all that live, and their descendants that made
// groups of their own, and what was reached once is remembered until it ends.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "scheduler/process_tree.h"
#include "scheduler/reaper.h"

namespace weir::scheduler {

class ProcessGroup {
 public:
  /// `whole` is what this is a part of (a scatter worker's group of its job): signals to it
  /// reach the processes of this one, too.
  explicit ProcessGroup(std::shared_ptr<ProcessGroup> whole = nullptr) : whole_(std::move(whole)) {}

  /// What to put into SpawnSpec::group for the next process.
  pid_t to_join() const;
  /// Call after each spawn, with the group that the process got.
  void add(ProcessPtr process);
  /// It has had a process of its own before.
  bool has_begun() const { return own_group_ != 0; }
  /// That of the last process that was added here itself; 0: none.
  pid_t own_group() const { return own_group_; }
  /// Adds a process that keeps the group while there is no program in it (group_keeper.h).
  void add_keeper(Reaper& reaper);
  /// For a stopped group that is about to get the terminal: one that runs already, so that Ctrl-Z
  /// counts from then on, also before let_go_on().
  void wake_keeper(Reaper& reaper);
  void end_keeper();
  /// The keeper that leads the group which the next process would join; starts one where there is
  /// none. 0: none could be started.
  pid_t leading_keeper(Reaper& reaper);
  /// A signal has come to it, and the reaper has not told yet what it did.
  bool has_news_of_keeper() const;
  /// Is told of each change of a member (Process::on_change), those of the parts among them.
  /// REQUIRES: there are no members yet.
  void observe(std::function<void(Process&)> on_change) { on_change_ = std::move(on_change); }
  // Members are programs from here on, keepers are none.
  /// Live members that weir itself started, those of the parts among them.
  std::vector<pid_t> live() const;
  bool empty() const;
  /// Whether a member is or was in that group of the system. Of a great many groups the last ones
  /// are known.
  bool has_had(pid_t group) const;
  /// Whether a live member is in that group of the system.
  bool has_live(pid_t group) const;
  /// The same, and it is not about to end.
  bool has_running(pid_t group) const;
  /// The group of the live member that came last; 0: none.
  pid_t live_group() const;
  /// To the groups of the live members, but not `except`; nobody else.
  void tell(int signal, pid_t except = 0) const;
  /// Every live member and what it has started in the same groups stands still.
  bool is_stopped() const;
  /// At least one live member is known to be stopped.
  bool has_stopped() const;
  /// Its members go on without weir.
  void leave(Reaper& reaper);
  /// To every live group and every descendant found in /proc, and to those that an earlier
  /// signal reached and that live on without their parents. Returns how many processes were
  /// signalled. KILL stops them all first, so that none escapes by starting another.
  size_t signal(int signal);
  /// CONT to the groups of the live members and to what signal(SIGSTOP) has stopped besides. What
  /// stood still before (the stopped jobs of a shell inside) goes on standing still.
  void let_go_on();
  /// After signal(): gives what it reached the time to end, then kills what is left.
  loop::Task<void> finish_off(loop::Loop& loop, loop::Duration grace);

 private:
  std::vector<ProcessEntry> reach_more();
  std::vector<pid_t> live_groups() const;
  void signal_outsider(const ProcessEntry& process, int signal);
  void stop_outsiders(const std::vector<pid_t>& groups);

  void keep(ProcessPtr process);
  void start_keeper(Reaper& reaper, pid_t group);
  ProcessPtr keeper_of(pid_t group) const;
  void let_programs_go_on(pid_t group) const;

  std::vector<ProcessPtr> members_;  // of parts, too
  std::function<void(Process&)> on_change_;
  size_t prune_at_ = 16;
  pid_t own_group_ = 0;
  std::vector<pid_t> groups_;  // of all members so far, but for the oldest of a great many
  std::shared_ptr<ProcessGroup> whole_;  // shared: the job or the worker around this one
  pid_t guarded_ = 0;  // the group that wake_keeper() was for, until let_go_on()
  std::unordered_map<pid_t, ProcessEntry> reached_;  // by signals so far
  std::vector<ProcessEntry> held_;  // outside of our groups, stopped by us
};
using ProcessGroupPtr = std::shared_ptr<ProcessGroup>;  // shared: contexts of one job

}  // namespace weir::scheduler
