// SocketWatch: notices that the daemon's socket or its directory was removed.
//
// A daemon that nobody can find must not stay: clients would start a second one that cannot have
// the lock. By inotify, so that it costs nothing while nothing happens.
#pragma once

#include <string>

#include "base/unique_fd.h"
#include "loop/loop.h"

namespace weir::gate::daemon {

class SocketWatch {
 public:
  /// Watches the directory of `socket`.
  SocketWatch(loop::Loop& loop, std::string socket);

  enum class Loss { socket, directory };
  /// Ends when one is gone; an error when cancelled, or when it cannot be watched.
  loop::Task<Result<Loss>> lost(loop::CancelToken token);

 private:
  loop::Loop& loop_;
  std::string socket_;
  UniqueFd inotify_;
};

}  // namespace weir::gate::daemon
