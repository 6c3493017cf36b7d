// ProcessStat: what /proc tells of one process (proc(5), its stat and status).
//
// A snapshot: the process changes while it is read, and its pid may be another's afterwards. The
// start time tells the two apart.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace weir {

struct ProcessStat {
  char state = '?';  // R, S, D, T, Z, …
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  int terminal = 0;         // its device number; 0: none
  bool is_ending = false;   // takes no more signals
  std::uint64_t start = 0;  // in clock ticks since boot
  std::chrono::milliseconds processor_time{0};  // with that of the children it waited for

  bool is_zombie() const { return state == 'Z' || state == 'X'; }
  /// By a signal, or by a tracer.
  bool is_stopped() const { return state == 'T' || state == 't'; }
};

/// Nothing when there is no such process.
std::optional<ProcessStat> read_process_stat(pid_t pid);

std::chrono::milliseconds from_clock_ticks(std::uint64_t ticks);

enum class SignalSet { pending, ignored, caught };

/// Whether the signal is in that set of the process (sent to all of it or to its first thread);
/// nothing when that cannot be read.
std::optional<bool> has_signal(pid_t pid, SignalSet set, int signal);

}  // namespace weir
