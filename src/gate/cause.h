// Cause: why something waits. One vocabulary for everything that waits in weir.
//
// The gate's policy gives `lane` to `io_pressure`, `not_before`, `paused` and `lock`; the
// others belong to jobs (`after`, `backoff`) and dispatch (`remote`).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::gate {

enum class Cause : std::uint8_t {
  lane,         // a lease holds a lane that meets its own, or it is promised to an elder
  tokens,       // running leases use all tokens
  cpu,          // all slots of its band are taken
  memory,       // memory pressure, or too little of it for one more job
  io_pressure,  // the disks do not keep up
  after,        // something else is to end first
  not_before,   // a time was given
  backoff,      // between two attempts
  paused,       // somebody paused it
  remote,       // another machine
  lock,         // a lock that the gate does not give: a command without the daemon has the lane
};

/// The name that users see: "lane", "io_pressure", …
std::string_view cause_name(Cause cause);
std::optional<Cause> find_cause(std::string_view name);

}  // namespace weir::gate
