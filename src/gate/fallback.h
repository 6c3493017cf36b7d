// Fallback: admission without a daemon, by the lock files alone.
//
// Called by Lease when the daemon cannot be reached. A command holds its lane's files and as many
// slot files as it may run jobs: the first is waited for, of the free ones it takes half, so that
// the next command finds some. A focus command waits for its lane only. Never one global lock.
// After `max_wait`, or when the files cannot be had at all, it goes on without: `gated` is false
// and it is to run niced.
#pragma once

#include <functional>
#include <vector>

#include "base/unique_fd.h"
#include "gate/places.h"
#include "gate/request.h"

namespace weir::gate {

struct FallbackGrant {
  bool gated = true;
  int jobs = 1;
  std::vector<UniqueFd> locks;  // held until the command has ended
};

/// Whether there can be lock files; makes their directories.
bool can_fall_back(const Places& places);

/// What it waits for now: "lane" or "slot".
using FallbackWaits = std::function<void(std::string_view what)>;

/// ErrorKind::cancelled when `stop_fd` (unless -1) becomes readable; no other error.
Result<FallbackGrant> acquire_fallback(const Places& places, const Request& request,
                                       Duration max_wait, int stop_fd, const FallbackWaits& waits);

}  // namespace weir::gate
