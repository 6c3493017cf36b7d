// The daemon: `gate serve`.
//
// One for each user and runtime directory (a lock says so). It listens, greets, and runs until it
// is told to end: SIGTERM drains, a second one or SIGINT ends at once, and after some idle minutes
// it ends by itself. Called by the builtin `gate`; nothing else runs on its loop then.
#pragma once

#include "gate/places.h"
#include "gate/request.h"
#include "loop/loop.h"

namespace weir::gate::daemon {

struct ServeOptions {
  Places places;
  std::string program = "weir";
  int ready_fd = -1;        // daemon_start.h says what is written there; closed by the daemon
  loop::CancelToken token;  // triggered: ends at once
  Duration idle_exit = std::chrono::minutes(10);  // 0: never
};

/// Ends when the daemon has. ErrorKind::refused: another one runs already.
loop::Task<Result<void>> serve(loop::Loop& loop, ServeOptions options);

}  // namespace weir::gate::daemon
