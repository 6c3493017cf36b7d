// Reaper: waits for the children of this process, each by its pid.
//
// On SIGCHLD it asks the system which child changed, so the cost of one end
// does not grow with the number of children; children it does not know (an
// embedder's) are left alone. Reports stops and continues, too.
#pragma once

#include <sys/resource.h>

#include <functional>
#include <memory>

#include "loop/loop.h"
#include "scheduler/process_status.h"

namespace weir::scheduler {

/// One child, from spawn to reaping. Shared: who waits and who signals.
struct Process {
  explicit Process(loop::Loop& loop, pid_t p) : pid(p), changed(loop) {}
  pid_t pid;
  pid_t group = 0;  // 0: the shell's own
  bool keeps_group = false;  // is no program (group_keeper.h)
  bool ended = false;
  bool stopped = false;
  bool is_continuing = false;  // weir has sent CONT: when that is reported it is no news
  int signalled = 0;  // the last signal that weir sent to end it: nobody sends it twice
  ProcessStatus status;  // of the last change
  rusage usage{};        // after the end
  /// Called at each change, from the loop, before those who wait are woken. Must not run shell
  /// code.
  std::function<void(Process&)> on_change;
  loop::Event changed;   // pulsed at each change; set at the end
};
using ProcessPtr = std::shared_ptr<Process>;

class Reaper {
 public:
  explicit Reaper(loop::Loop& loop);
  ~Reaper();

  /// Begins to watch a child that was just spawned.
  /// REQUIRES: nobody else waits for it.
  ProcessPtr watch(pid_t pid, pid_t group = 0);
  /// Waits for it no more: to those who wait it has ended, with 0. It goes on.
  void leave(Process& process);
  size_t live() const;

  /// Sends `signal` unless the process has ended (never to a pid that was reused).
  static bool send(const Process& process, int signal);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What cancelling does to a process: the signal, then KILL after the grace.
struct KillPolicy {
  loop::Duration grace = std::chrono::seconds(2);
  bool whole_group = false;  // signal process.group instead of the pid
};

/// Waits for the end. When `token` is triggered the process gets its reason as
/// a signal (TERM for SIGALRM, a timeout; CONT as well, should it be stopped), then
/// KILL after the grace; it is waited for all the same. HUP kills nobody who ignores it.
loop::Task<ProcessStatus> wait_for_end(loop::Loop& loop, ProcessPtr process,
                                       loop::CancelToken token, KillPolicy policy = {});

}  // namespace weir::scheduler
