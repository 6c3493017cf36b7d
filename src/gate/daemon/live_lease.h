// LiveLease: what the daemon holds for one lease beside the policy's record of it.
//
// Owned by the Gatekeeper, by the lease's id. It knows descriptors and processes; numbers of tokens
// and bands are the policy's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "gate/daemon/token_pipe.h"
#include "gate/lease_record.h"
#include "gate/protocol/messages.h"
#include "gate/tagged_processes.h"
#include "loop/cancel.h"

namespace weir::gate::daemon {

struct LiveLease {
  std::string tag;  // GATE_LEASE of all its processes
  std::uint64_t session = 0;  // of the client; 0: not connected (any more)
  pid_t unix_session = kAnySession;  // setsid(2)'s, of the client
  TokenPipe pipe;
  std::vector<UniqueFd> lane_locks;  // shared with the client
  int slot = -1;  // which slot file it has; -1: none
  UniqueFd slot_lock;  // shared with the client
  bool is_survivor = false;  // of a daemon before us: its client has the locks, we have no copies
  std::optional<ProcessIdentity> child;
  std::optional<protocol::Outcome> outcome;
  std::int64_t granted_wall_ms = 0;
  Weight weighed = Weight::low;  // its processes have the nice value of this
  bool is_weighing = false;  // they are being given another
  protocol::Progress progress;
  bool held_lock = false;  // its command was seen with a lock of its lane
  bool seemed_compiled = false;  // at the last look at it
  bool winding_up = false;  // its end is waited for: only processes are left
  loop::CancelSource watch;  // stops whatever watches it
};

}  // namespace weir::gate::daemon
