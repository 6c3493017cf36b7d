// ProcessGroup: the group that the processes of one job, worker or timeout share.
//
// The first process leads; later ones join. When the leader is gone and the
// group with it, the next process leads a new one: a job may so have had several
// groups, and signal() reaches all that live, and their descendants that made
// groups of their own.
#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include "scheduler/reaper.h"

namespace weir::scheduler {

class ProcessGroup {
 public:
  /// What to put into SpawnSpec::group for the next process.
  pid_t to_join() const;
  /// Call after each spawn, with the group that the process got.
  void add(ProcessPtr process);
  /// Live members that weir itself started.
  std::vector<pid_t> live() const;
  bool empty() const;
  /// To every live group and every descendant found in /proc. Returns how many processes were
  /// signalled.
  size_t signal(int signal) const;

 private:
  std::vector<ProcessPtr> members_;
};
using ProcessGroupPtr = std::shared_ptr<ProcessGroup>;  // shared: contexts of one job

}  // namespace weir::scheduler
