// NonblockingIo: reading and writing that never blocks, on a descriptor that others share.
//
// O_NONBLOCK belongs to the description, which other processes may use at this
// moment, so it is never set on what we were given. Pipes and terminals are
// reopened privately through /proc/self/fd; sockets have a flag per call; files
// never block for long; where none of that works, readiness is asked for first
// and writes stay short enough not to block. Used by KernelFile only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>

#include "base/unique_fd.h"
#include "loop/loop.h"

namespace weir::scheduler {

class NonblockingIo {
 public:
  enum class Kind : uint8_t { unknown, file, memory_device, pipe, terminal, socket, other };

  /// `fd` is not owned and must outlive this.
  NonblockingIo(loop::Loop& loop, int fd) : loop_(loop), fd_(fd) {}

  Kind kind() {
    if (kind_ == Kind::unknown) prepare();
    return kind_;
  }

  /// As read(2) and write(2), but a failure is -errno; -EAGAIN: wait, then try again.
  ssize_t read(char* to, size_t size);
  ssize_t write(const char* from, size_t size);
  /// What the next read would give, without taking it. -EAGAIN, or -ENOTSUP
  /// where this kind of descriptor has no such thing.
  ssize_t peek(char* to, size_t size);

  /// A read gives something, or the end, at once.
  bool has_input() const;
  /// Of the writing end of a pipe: nobody has the other one.
  bool reader_is_gone();

  loop::Task<Result<void>> wait_readable(loop::CancelToken token);
  loop::Task<Result<void>> wait_writable(loop::CancelToken token);

 private:
  /// Readiness of a shared description: an epoll of our own stands between, because
  /// polling through libuv would set O_NONBLOCK on what it polls.
  struct Readiness {
    UniqueFd epoll;
    std::unique_ptr<loop::FdPoller> poller;  // null: always ready
  };

  void prepare();
  void reopen();
  bool is_ready(short events) const;
  Readiness make_readiness(uint32_t events) const;
  loop::FdPoller& private_poller();
  loop::Task<Result<void>> wait_shared(std::unique_ptr<Readiness>& readiness, uint32_t events,
                                       loop::CancelToken token);

  loop::Loop& loop_;
  const int fd_;
  Kind kind_ = Kind::unknown;
  UniqueFd private_;
  std::unique_ptr<loop::FdPoller> private_poller_;
  std::unique_ptr<Readiness> shared_readable_;
  std::unique_ptr<Readiness> shared_writable_;
};

}  // namespace weir::scheduler
