// FrontProcess: the process that stays in front of a shell with a terminal.
//
// Only a parent can wait for a child, so a shell whose jobs outlive its terminal has to go on as a
// process, while who started it sees it end. An interactive shell therefore splits at its very
// start: the process that was started (the front: the leader of the session, the job of a shell
// outside) waits, and its child is the shell. The front passes on signals that are sent to it,
// stops and goes on with the shell, and ends as it ends. A shell that is to go on lets the front
// end alone.
//
// When the front is killed, the shell gets SIGHUP; when the shell is killed, the front ends in the
// same way.
#pragma once

#include <sys/types.h>

#include <memory>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::scheduler {

class FrontProcess {
 public:
  /// Forks; returns in the child only, and where that cannot be done.
  /// REQUIRES: one thread, no loop yet.
  static Result<std::unique_ptr<FrontProcess>> split();

  /// Who started the front: $PPID.
  pid_t parent() const { return parent_; }
  /// The front ends with this status, as wait(2) gives it, and this process goes on by itself.
  void leave(int status);

 private:
  FrontProcess(pid_t parent, UniqueFd notes) : parent_(parent), notes_(std::move(notes)) {}

  pid_t parent_;
  UniqueFd notes_;  // what the front reads the status from
};

}  // namespace weir::scheduler
