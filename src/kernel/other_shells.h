// The jobs of this user's other shells, and detached ones, as their records tell of them.
//
// For who only wants to name them (completion). What is done with one is in
// builtins/other_jobs_support.h.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weir::kernel {

struct JobElsewhere {
  std::string name;   // "4711.1"
  std::string state;  // as `jobs` shows it
  std::string place;  // "detached", "pts/3", or "ended": its shell has
  std::string command;
  bool has_ended = false;
  bool has_output = false;  // in files, so that `jobs -o` shows it
};

/// All but those of the live shell `own`, the newest of each name first. `directory` is
/// job_directory(). Blocks: for the thread pool.
std::vector<JobElsewhere> jobs_elsewhere(const std::string& directory, pid_t own);

}  // namespace weir::kernel
