// FileLocks: who holds which flock, from /proc/locks: how the end of cargo's compile phase is seen.
//
// cargo holds locks on files of its lane's directories from shortly after its start to the end of
// the compile phase, and frees them before tests or the program run. The names of the files have
// changed between versions, so any hidden regular file there counts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gate/lane.h"

namespace weir::gate::daemon {

struct FileLock {
  pid_t pid = 0;
  std::uint64_t inode = 0;  // devices are not compared: some file systems give two numbers
  bool waits = false;
};

/// The flocks in a text in the format of /proc/locks.
std::vector<FileLock> parse_file_locks(std::string_view text);
std::vector<FileLock> read_file_locks();

/// The inodes of the files that may be a lane's locks, sorted.
std::vector<std::uint64_t> lock_inodes(const LaneKey& lane);
/// Whether this process holds one of them.
bool holds_any(const std::vector<FileLock>& locks, pid_t pid,
               const std::vector<std::uint64_t>& inodes);

}  // namespace weir::gate::daemon
