// Recovery: which leases of the daemon before us still live, and their token pipes.
//
// Called once, before the daemon listens. A lease lives while its client, its command, or any
// process with its tag does. The pipe is found again by its inode among their descriptors.
#pragma once

#include <vector>

#include "gate/daemon/lease_row.h"

namespace weir::gate::daemon {

struct Survivor {
  LeaseRow row;
  TokenPipe pipe;       // none when nobody has it any more
  UniqueFd client;      // its pidfd; none when it is gone
  UniqueFd child;       // the same of the command
  bool is_at_work = false;  // some process has its tag
};

/// Nothing when no process of it is left.
std::optional<Survivor> find_survivor(LeaseRow row);

}  // namespace weir::gate::daemon
