// What /proc tells of a process at this moment: for `why`.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weir::builtins {

struct ProcessFacts {
  char state = '?';         // proc(5): R S D T t Z …
  std::string wait_channel; // where in the kernel it sleeps; empty: not told
  std::chrono::nanoseconds cpu{};  // user and system
  std::string name;         // at most 15 bytes
  std::string command;      // its words; the name in brackets where there are none
};

/// Nothing when it is gone.
std::optional<ProcessFacts> process_facts(pid_t pid);

/// The fields of /proc/PID/stat that count; nothing where it is not one.
std::optional<ProcessFacts> parse_process_stat(std::string_view stat, long ticks_per_second);

/// "running", "sleeping in hrtimer_nanosleep", "reads from a pipe", "stopped", ….
std::string describe_state(const ProcessFacts& facts);

}  // namespace weir::builtins
