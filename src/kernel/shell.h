// Shell: what all contexts of one shell share: the loop, children, jobs, builtins.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "kernel/builtin.h"
#include "loop/loop.h"
#include "scheduler/job_manager.h"
#include "scheduler/reaper.h"

namespace weir::kernel {

struct Shell {
  Shell(loop::Loop& l, BuiltinRegistry b) : loop(l), reaper(l), jobs(l), builtins(std::move(b)) {}

  loop::Loop& loop;
  scheduler::Reaper reaper;
  scheduler::JobManager jobs;
  BuiltinRegistry builtins;

  bool interactive = false;
  std::string executable;         // what `weir` re-executes itself as
  pid_t pid = 0;                  // $$
  pid_t parent_pid = 0;           // $PPID
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();  // SECONDS
  uint32_t random_state = 0;      // RANDOM
  int terminal_fd = -1;           // the controlling terminal when job control is on
};

}  // namespace weir::kernel
