// LeaseRow: what the store keeps of a living lease, enough to find it again after a crash.
//
// Written before the grant is sent and when something of it changes. What it says of tokens is
// never less than what lies in the pipe: it is written before they are put there, and after they
// are taken.
#pragma once

#include "gate/daemon/live_lease.h"
#include "gate/lease_record.h"

namespace weir::gate::daemon {

struct LeaseRow {
  LeaseRecord record;
  std::string tag;
  pid_t unix_session = kAnySession;
  std::uint64_t pipe_inode = 0;  // 0: no pipe
  int slot = -1;
  std::optional<ProcessIdentity> child;
  std::int64_t granted_wall_ms = 0;
};

LeaseRow row_of(const LeaseRecord& record, const LiveLease& lease);
Value to_value(const LeaseRow& row);
Result<LeaseRow> parse_lease_row(const Value& value);

}  // namespace weir::gate::daemon
