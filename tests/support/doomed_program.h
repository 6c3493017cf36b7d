// DoomedProgram: a program that is killed with -9 right before a chosen step of its work.
//
// A step is a system call that changes something others can see: it writes, sends, locks, makes or
// removes a file, or forks. The program runs under ptrace(2) and knows nothing of it, so a test
// reaches every state in which a crash can leave the world, without a hook in what it tests.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/gate_home.h"

namespace weir::test {

class DoomedProgram {
 public:
  explicit DoomedProgram(std::vector<std::string> argv);
  ~DoomedProgram();
  DoomedProgram(const DoomedProgram&) = delete;
  DoomedProgram& operator=(const DoomedProgram&) = delete;

  /// False where processes may not be traced.
  bool runs() const;
  /// From now on steps are counted; it dies before this one. The first is 1.
  void kill_before(int step);
  /// It was killed.
  bool has_died() const { return shared_->has_died; }

 private:
  struct Shared {
    std::atomic<int> steps_left{0};  // until it dies; 0: nothing is counted
    std::atomic<bool> has_died{false};
  };
  static void trace(const std::vector<std::string>& argv, Shared& shared, int tell);
  static bool is_last_step(pid_t thread, Shared& shared);

  Shared* shared_;  // with the tracer, which is a process of its own
  std::unique_ptr<GateChild> tracer_;
  bool runs_ = false;
};

}  // namespace weir::test
