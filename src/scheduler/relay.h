// Relay: what passes on the output of programs that outlive the shell.
//
// A job's output goes through the shell, which keeps it. When the shell leaves
// while the program of a job goes on, a process without the shell in it moves the
// bytes on. Used by leave_jobs.cpp. It ends with the programs, or when nobody reads.
#pragma once

#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::scheduler {

struct RelayRoute {
  UniqueFd from;
  UniqueFd to;
};

/// Starts the process, which has a group of its own and no descriptors but these. A reader that
/// does not read holds up the other routes, too.
Result<void> start_relay(std::vector<RelayRoute> routes);

}  // namespace weir::scheduler
