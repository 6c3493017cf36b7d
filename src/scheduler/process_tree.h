// The descendants of processes, as /proc has them at one moment.
//
// Used to reach what a job's processes started in groups and sessions of their
// own. A process is known by its pid and start time, so a reused pid is never
// signalled.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace weir::scheduler {

struct TreeProcess {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  uint64_t start_time = 0;  // clock ticks since boot, /proc/PID/stat field 22
};

/// Every live descendant of `roots`, without the roots themselves.
std::vector<TreeProcess> find_descendants(std::span<const pid_t> roots);

/// Signals the process unless its pid means another one by now.
bool send(const TreeProcess& process, int signal);

}  // namespace weir::scheduler
