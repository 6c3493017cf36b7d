// open_kernel_file() and make_text_file(): how a redirection gets its file.
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>

#include "scheduler/kernel_file.h"

namespace weir::scheduler {

namespace {

/// One open(2) that waits for the other side of a FIFO, on a thread of its own:
/// on the thread pool, a few that wait for each other would be all that it can do.
/// Shared: the waiting coroutine and the thread, which may be left behind.
struct FifoOpening {
  UniqueFd fifo;  // O_PATH: the file that is meant, whatever happens to its name
  int flags = 0;
  UniqueFd done;    // an eventfd: the thread has a result
  UniqueFd result;  // written before `done`
  int err = 0;

  std::string path() const { return "/proc/self/fd/" + std::to_string(fifo.get()); }
};
using FifoOpeningPtr = std::shared_ptr<FifoOpening>;

void open_and_tell(const FifoOpeningPtr& opening) {
  int fd;
  do {
    fd = ::open(opening->path().c_str(), opening->flags);
  } while (fd < 0 && errno == EINTR);
  opening->err = fd < 0 ? errno : 0;
  opening->result.reset(fd);
  const uint64_t one = 1;
  [[maybe_unused]] auto n = ::write(opening->done.get(), &one, sizeof one);
}

/// Signals are for the loop's thread.
void start_thread(FifoOpeningPtr opening) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([opening = std::move(opening)] { open_and_tell(opening); }).detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// Plays the other side for a moment, so that the thread ends. Where that is
/// not permitted the thread stays until somebody else comes.
Task<void> let_go(FifoOpeningPtr opening, loop::FdPoller& done) {
  const UniqueFd other(::open(opening->path().c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (other) (void)co_await done.readable();
}

Task<Result<OpenFilePtr>> open_fifo(Loop& loop, FifoOpeningPtr opening, std::string name,
                                    CancelToken token) {
  opening->done.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!opening->done) co_return fail(Error::from_errno(errno, name));
  loop::FdPoller done(loop, opening->done.get());
  start_thread(opening);
  auto ready = co_await done.readable(token);
  if (!ready) {
    co_await let_go(opening, done);
    co_return fail(std::move(ready.error()));
  }
  if (opening->err != 0) co_return fail(Error::from_errno(opening->err, name));
  co_return make_kernel_file(loop, std::move(opening->result));
}

bool waits_for_other_side(const struct stat& info, int flags) {
  return S_ISFIFO(info.st_mode) && (flags & O_ACCMODE) != O_RDWR && (flags & O_NONBLOCK) == 0;
}

}  // namespace

ValueTask<Result<OpenFilePtr>> open_kernel_file(Loop& loop, int cwd_fd, std::string path, int flags,
                                                mode_t mode, const CancelToken& token) {
  flags |= O_CLOEXEC | O_NOCTTY;
  struct stat info;
  if (::fstatat(cwd_fd, path.c_str(), &info, 0) == 0 && waits_for_other_side(info, flags)) {
    auto opening = std::make_shared<FifoOpening>();
    opening->fifo.reset(::openat(cwd_fd, path.c_str(), O_PATH | O_CLOEXEC));
    opening->flags = flags & ~(O_CREAT | O_EXCL | O_TRUNC);
    const bool must_be_new = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
    if (must_be_new) return Result<OpenFilePtr>(fail(Error::from_errno(EEXIST, path)));
    if (opening->fifo) return open_fifo(loop, std::move(opening), std::move(path), token);
  }
  int fd;
  do {
    fd = ::openat(cwd_fd, path.c_str(), flags, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return Result<OpenFilePtr>(fail(Error::from_errno(errno, path)));
  return Result<OpenFilePtr>(make_kernel_file(loop, UniqueFd(fd)));
}

Result<OpenFilePtr> make_text_file(Loop& loop, std::string_view text) {
  UniqueFd fd(::memfd_create("text", MFD_CLOEXEC));
  if (!fd) return fail(Error::from_errno(errno, "here-document"));
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n =
        ::pwrite(fd.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(Error::from_errno(n < 0 ? errno : ENOSPC, "here-document"));
    done += static_cast<size_t>(n);
  }
  return make_kernel_file(loop, std::move(fd));
}

}  // namespace weir::scheduler
