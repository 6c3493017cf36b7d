#include "scheduler/nonblocking_io.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>

namespace weir::scheduler {

namespace {

constexpr size_t kTerminalChunk = 256;  // what a terminal that polls as writable takes at once
constexpr unsigned kMemoryMajor = 1;    // /dev/null, zero, full, random
constexpr unsigned kPtmxMajor = 5;
constexpr unsigned kPtmxMinor = 2;

/// Calls a system call until no signal interrupts it; failures become -errno.
template <class Call>
ssize_t uninterrupted(Call call) {
  for (;;) {
    const ssize_t n = call();
    if (n >= 0) return n;
    if (errno != EINTR) return errno == EWOULDBLOCK ? -EAGAIN : -errno;
  }
}

/// A pipe that tee(2) copies into, empty between uses.
struct ScratchPipe {
  UniqueFd reader, writer;
  bool is_open = false;

  ScratchPipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
    reader.reset(ends[0]);
    writer.reset(ends[1]);
    is_open = true;
  }
};

ssize_t peek_pipe(int fd, char* to, size_t size) {
  thread_local std::unique_ptr<ScratchPipe> scratch;
  if (!scratch || !scratch->is_open) scratch = std::make_unique<ScratchPipe>();
  if (!scratch->is_open) return -ENOTSUP;
  const ssize_t copied =
      uninterrupted([&] { return ::tee(fd, scratch->writer.get(), size, SPLICE_F_NONBLOCK); });
  if (copied == -EINVAL) return -ENOTSUP;
  if (copied <= 0) return copied;
  size_t got = 0;
  while (got < static_cast<size_t>(copied)) {
    const ssize_t n = uninterrupted(
        [&] { return ::read(scratch->reader.get(), to + got, static_cast<size_t>(copied) - got); });
    if (n <= 0) {
      scratch.reset();  // it would no longer be empty
      return n < 0 ? n : -EIO;
    }
    got += static_cast<size_t>(n);
  }
  return copied;
}

}  // namespace

void NonblockingIo::prepare() {
  struct stat info;
  if (::fstat(fd_, &info) != 0) {
    kind_ = Kind::other;  // the read or write will tell what is wrong
    return;
  }
  if (S_ISREG(info.st_mode) || S_ISBLK(info.st_mode) || S_ISDIR(info.st_mode)) {
    kind_ = Kind::file;
  } else if (S_ISFIFO(info.st_mode)) {
    kind_ = Kind::pipe;
    reopen();
  } else if (S_ISSOCK(info.st_mode)) {
    kind_ = Kind::socket;
  } else if (S_ISCHR(info.st_mode) && major(info.st_rdev) == kMemoryMajor) {
    kind_ = Kind::memory_device;
  } else if (S_ISCHR(info.st_mode) && ::isatty(fd_)) {
    kind_ = Kind::terminal;
    // Opening the multiplexer again would make another terminal.
    const bool is_master = major(info.st_rdev) == kPtmxMajor && minor(info.st_rdev) == kPtmxMinor;
    if (!is_master) reopen();
  } else {
    kind_ = Kind::other;
  }
}

void NonblockingIo::reopen() {
  const int flags = ::fcntl(fd_, F_GETFL);
  if (flags < 0) return;
  char path[32];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", fd_);
  private_.reset(::open(path, (flags & O_ACCMODE) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

bool NonblockingIo::is_ready(short events) const {
  pollfd poll{fd_, events, 0};
  return ::poll(&poll, 1, 0) != 0;
}

ssize_t NonblockingIo::read(char* to, size_t size) {
  const Kind what = kind();
  if (private_) return uninterrupted([&] { return ::read(private_.get(), to, size); });
  if (what == Kind::socket) {
    return uninterrupted([&] { return ::recv(fd_, to, size, MSG_DONTWAIT); });
  }
  const bool never_blocks = what == Kind::file || what == Kind::memory_device;
  if (!never_blocks && !is_ready(POLLIN)) return -EAGAIN;
  return uninterrupted([&] { return ::read(fd_, to, size); });
}

ssize_t NonblockingIo::write(const char* from, size_t size) {
  const Kind what = kind();
  if (private_) return uninterrupted([&] { return ::write(private_.get(), from, size); });
  if (what == Kind::socket) {
    return uninterrupted([&] { return ::send(fd_, from, size, MSG_DONTWAIT | MSG_NOSIGNAL); });
  }
  if (what != Kind::file && what != Kind::memory_device) {
    if (!is_ready(POLLOUT)) return -EAGAIN;
    size = std::min(size, what == Kind::terminal ? kTerminalChunk : size_t{PIPE_BUF});
  }
  return uninterrupted([&] { return ::write(fd_, from, size); });
}

ssize_t NonblockingIo::peek(char* to, size_t size) {
  const Kind what = kind();
  if (what == Kind::pipe) return peek_pipe(fd_, to, size);
  if (what != Kind::socket) return -ENOTSUP;
  return uninterrupted([&] { return ::recv(fd_, to, size, MSG_PEEK | MSG_DONTWAIT); });
}

bool NonblockingIo::has_input() const { return is_ready(POLLIN); }

bool NonblockingIo::reader_is_gone() {
  if (kind() != Kind::pipe) return false;
  pollfd poll{fd_, 0, 0};
  return ::poll(&poll, 1, 0) == 1 && (poll.revents & POLLERR) != 0;
}

NonblockingIo::Readiness NonblockingIo::make_readiness(uint32_t events) const {
  Readiness readiness;
  readiness.epoll.reset(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = events;
  // EPERM: it cannot be waited for and is always ready.
  if (!readiness.epoll || ::epoll_ctl(readiness.epoll.get(), EPOLL_CTL_ADD, fd_, &event) != 0) {
    return readiness;
  }
  readiness.poller = std::make_unique<loop::FdPoller>(loop_, readiness.epoll.get());
  return readiness;
}

loop::FdPoller& NonblockingIo::private_poller() {
  if (!private_poller_) private_poller_ = std::make_unique<loop::FdPoller>(loop_, private_.get());
  return *private_poller_;
}

loop::Task<Result<void>> NonblockingIo::wait_shared(std::unique_ptr<Readiness>& readiness,
                                                    uint32_t events, loop::CancelToken token) {
  if (!readiness) readiness = std::make_unique<Readiness>(make_readiness(events));
  // An epoll descriptor becomes readable when something in it is ready, also to write.
  if (readiness->poller) co_return co_await readiness->poller->readable(std::move(token));
  co_await loop_.yield();
  if (token.cancelled()) co_return fail(ErrorKind::cancelled, "cancelled");
  co_return Result<void>{};
}

loop::Task<Result<void>> NonblockingIo::wait_readable(loop::CancelToken token) {
  if (private_) return private_poller().readable(std::move(token));
  return wait_shared(shared_readable_, EPOLLIN | EPOLLRDHUP, std::move(token));
}

loop::Task<Result<void>> NonblockingIo::wait_writable(loop::CancelToken token) {
  if (private_) return private_poller().writable(std::move(token));
  return wait_shared(shared_writable_, EPOLLOUT, std::move(token));
}

}  // namespace weir::scheduler
