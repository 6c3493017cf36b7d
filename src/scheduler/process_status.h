// ProcessStatus: a value over what waitpid(2) reports of one process.
#pragma once

#include <sys/wait.h>

namespace weir::scheduler {

class ProcessStatus {
 public:
  ProcessStatus() = default;
  explicit ProcessStatus(int raw) : raw_(raw) {}
  static ProcessStatus exited(int code) { return ProcessStatus((code & 0xff) << 8); }

  bool has_exited() const { return WIFEXITED(raw_); }
  bool was_signaled() const { return WIFSIGNALED(raw_); }
  bool is_stopped() const { return WIFSTOPPED(raw_); }
  bool dumped_core() const { return was_signaled() && WCOREDUMP(raw_); }
  int signal() const { return was_signaled() ? WTERMSIG(raw_) : is_stopped() ? WSTOPSIG(raw_) : 0; }
  /// What $? holds: the exit code, or 128 + the signal.
  int code() const { return has_exited() ? WEXITSTATUS(raw_) : 128 + signal(); }

 private:
  int raw_ = 0;
};

}  // namespace weir::scheduler
