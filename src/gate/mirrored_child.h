// MirroredChild: a program that runs in this process's place, with this process beside it.
//
// Used by the shim, which must stay to hold a lease. For whoever started the shim, nothing is to
// differ from the program itself: the child is in the same process group and has the same
// descriptors, signal mask and dispositions; it stops and goes on together with the shim; a signal
// sent to the shim alone reaches the child once, one sent to the group is not doubled; its end is
// mirrored by end_like() (base/end_like.h). It gets SIGTERM when the shim is killed, and whatever
// becomes of the shim, the locks of its lease are held until it is gone (group_witness.h).
//
// REQUIRES: one thread, no other children. SIGSTOP to the shim's pid alone is the one thing that
// cannot be passed on.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "gate/group_witness.h"

namespace weir::gate {

struct MirroredProgram {
  std::string path;
  std::vector<std::string> words;        // with words[0]
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<std::pair<int, int>> descriptors;  // own number, number in the child
  int nice = 0;  // at least this
  std::vector<int> locks;  // lock files, to be held as long as anything of it lives
  std::string mark;        // of `environment`, by which that is known
};

struct MirroredEnd {
  int status = 0;  // as wait(2) gives it
  std::chrono::milliseconds processor_time{0};  // with what it waited for
  std::uint64_t memory = 0;  // peak resident bytes of its largest process
};

class MirroredChild {
 public:
  static Result<MirroredChild> start(const MirroredProgram& program);
  MirroredChild(MirroredChild&& other) noexcept;
  MirroredChild& operator=(MirroredChild&&) = delete;
  ~MirroredChild();

  pid_t pid() const { return pid_; }

  /// Passes signals, stops and continues on until the child has ended, or until `other` (unless
  /// -1) is readable, or the time is over (negative: none): then nothing.
  std::optional<MirroredEnd> wait(int other, std::chrono::milliseconds limit);

  /// The locks are held on when this process has ended, until nothing of the program is left. To be
  /// called at its end, when it has left something behind.
  void leave_locks();

 private:
  explicit MirroredChild(pid_t pid) : pid_(pid) {}
  void take_signals();
  std::optional<MirroredEnd> reap();
  void stop_like_child(int signal);
  bool reached_group(int signal);
  bool is_group_stopping() const;
  void plant_witness();

  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd own_pidfd_;
  WitnessDuty duty_;
  std::vector<GroupWitness> witnesses_;  // the newest last; at most two
  UniqueFd signals_;
};

}  // namespace weir::gate
