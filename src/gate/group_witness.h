// GroupWitness: a process beside the shim and its program, in their group, that lives on when the
// shim is killed.
//
// For MirroredChild only, which plants it after its child. Two duties. It lets every signal wait:
// which ones do tells what the group was sent. And it keeps copies of the lease's lock files:
// whoever is killed, the lane stays taken until nothing of the program is left; then they are
// unlocked, also when the shim is stopped and so does not do it itself.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace weir::gate {

/// What a witness is to keep, and until when. Descriptors are the shim's, who keeps them open.
struct WitnessDuty {
  int child = -1;          // the program's pidfd
  int shim = -1;           // the shim's own
  std::vector<int> locks;  // none: it ends with the shim
  std::string mark;        // "NAME=value" in the environment of all that the program starts
};

class GroupWitness {
 public:
  /// Forks it; -1 as its pid when that fails.
  static GroupWitness plant(const WitnessDuty& duty);

  pid_t pid() const { return pid_; }
  /// Once for each signal: whether its group has been sent it.
  bool has_seen(int signal);
  /// It is not needed any more: nothing of the program is left, or the locks are given back.
  void remove() const;

 private:
  pid_t pid_ = -1;
  std::uint64_t known_ = 0;  // signals that were seen to wait there; these tell nothing more
};

}  // namespace weir::gate
