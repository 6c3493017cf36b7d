#include "gate/daemon/socket_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>

namespace weir::gate::daemon {

SocketWatch::SocketWatch(loop::Loop& loop, std::string socket)
    : loop_(loop), socket_(std::move(socket)), inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  const std::string directory = std::filesystem::path(socket_).parent_path();
  const std::uint32_t events = IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;
  if (inotify_ && ::inotify_add_watch(inotify_.get(), directory.c_str(), events) < 0) {
    inotify_.reset();
  }
}

loop::Task<Result<SocketWatch::Loss>> SocketWatch::lost(loop::CancelToken token) {
  if (!inotify_) co_return fail(ErrorKind::io, "the directory cannot be watched");
  loop::FdPoller poller(loop_, inotify_.get());
  for (;;) {
    const std::string directory = std::filesystem::path(socket_).parent_path();
    if (::access(directory.c_str(), F_OK) != 0) co_return Loss::directory;
    if (::access(socket_.c_str(), F_OK) != 0) co_return Loss::socket;
    if (auto ready = co_await poller.readable(token); !ready) co_return fail(ready.error());
    alignas(inotify_event) char events[4096];
    while (::read(inotify_.get(), events, sizeof events) > 0) {
    }
  }
}

}  // namespace weir::gate::daemon
