// The tree of processes, as /proc tells it: who descends from whom.
//
// A process is named by its pid and the time it started, so that a pid that was
// given to somebody else is never taken for it. Snapshots: processes come and go
// while they are read.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace weir::scheduler {

struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  uint64_t start_time = 0;  // in clock ticks since boot
  bool is_zombie = false;
  bool is_stopped = false;
  bool is_ending = false;  // takes no more signals
  char state = '-';        // as proc(5) has it: R, S, D, …

  /// The same process, whatever else has changed.
  bool is_same(const ProcessEntry& other) const {
    return pid == other.pid && start_time == other.start_time;
  }
};

/// Nothing when there is no such process.
std::optional<ProcessEntry> find_process(pid_t pid);
/// The living among `roots` and everything below them, parents before children.
std::vector<ProcessEntry> process_trees(std::span<const pid_t> roots);
/// All of a group of the system, whoever their parents are.
std::vector<ProcessEntry> processes_of_group(pid_t group);
/// A pidfd of exactly this process, readable when it ends; none when it is gone.
UniqueFd open_process(const ProcessEntry& process);
/// Whether it ignores the signal; false when it is gone.
bool ignores_signal(pid_t pid, int signal);
/// Whether it has a handler for it; false when it is gone.
bool catches_signal(pid_t pid, int signal);
/// Whether the signal has come and is yet to act; false when the process is gone.
bool awaits_signal(pid_t pid, int signal);
/// Whether its descriptor is of the file with this path.
bool has_open(pid_t pid, int fd, const std::string& path);
/// False when it is gone (a pid that was reused is not signalled).
bool send_signal(const ProcessEntry& process, int signal);

}  // namespace weir::scheduler
