// Lock files: one for each processor slot and one for each directory of a lane.
//
// The daemon locks them for its leases and passes them on, so that the command's shim keeps them
// locked when the daemon dies; without a daemon the fallback locks them itself. So nothing is
// booked twice. All are flocks: the kernel gives them back with the last copy of the descriptor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "gate/lane.h"
#include "gate/places.h"

namespace weir::gate {

/// Opens the file (made when absent) and locks it. Nothing when somebody else has it; an error only
/// when there can be no such file.
Result<std::optional<UniqueFd>> try_lock_file(const std::string& path, bool shared = false);

/// Unlocks it for all that have copies, too: they are one open file description.
void unlock_file(UniqueFd& file);

std::string slot_file(const Places& places, int slot);
/// A name that holds a hash of the directory, so that any directory has one.
std::string lane_file(const Places& places, const std::string& directory);
std::string tree_file(const Places& places, const std::string& directory);

/// All the lane's files or none. Each directory has a file of its own, which is locked; and one for
/// the tree that begins there: a lane that is a whole tree locks it, and each lane shares those of
/// all directories above it.
Result<std::optional<std::vector<UniqueFd>>> try_lock_lane(const Places& places,
                                                           const LaneKey& lane);

/// Processors that this process may use: affinity and the quotas of its cgroups. At least 1.
int usable_processors();

}  // namespace weir::gate
