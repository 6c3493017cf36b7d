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

/// Sent to the thread alone, so that its open(2) gives up.
const int kWakeUp = SIGRTMAX;

/// One open(2) that waits for the other side of a FIFO, on a thread of its own:
/// on the thread pool, a few that wait for each other would be all that it can do.
class FifoOpening {
 public:
  FifoOpening(UniqueFd fifo, int flags) : fifo_(std::move(fifo)), flags_(flags) {}

  Task<Result<OpenFilePtr>> run(Loop& loop, std::string name, CancelToken token);

 private:
  void start();
  void open_and_tell();
  Task<void> give_up(Loop& loop);

  const UniqueFd fifo_;  // O_PATH: the file that is meant, whatever happens to its name
  const int flags_;
  std::thread thread_;
  std::atomic<bool> given_up_ = false;
  std::atomic<bool> is_over_ = false;
  UniqueFd over_;    // an eventfd: the thread has a result
  UniqueFd result_;  // written before is_over_
  int err_ = 0;
};

void FifoOpening::open_and_tell() {
  const std::string path = "/proc/self/fd/" + std::to_string(fifo_.get());
  int fd;
  do {
    fd = ::open(path.c_str(), flags_);
  } while (fd < 0 && errno == EINTR && !given_up_);
  err_ = fd < 0 ? errno : 0;
  result_.reset(fd);
  is_over_ = true;
  const uint64_t one = 1;
  [[maybe_unused]] auto n = ::write(over_.get(), &one, sizeof one);
}

/// Signals are for the loop's thread, but for the one that wakes this up.
void FifoOpening::start() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};  // no SA_RESTART: open(2) ends with EINTR
  ::sigaction(kWakeUp, &action, nullptr);
  sigset_t others, before;
  ::sigfillset(&others);
  ::sigdelset(&others, kWakeUp);
  ::pthread_sigmask(SIG_SETMASK, &others, &before);
  thread_ = std::thread([this] { open_and_tell(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// Again until it has been heard: a signal just before open(2) wakes nobody.
Task<void> FifoOpening::give_up(Loop& loop) {
  given_up_ = true;
  while (!is_over_) {
    ::pthread_kill(thread_.native_handle(), kWakeUp);
    (void)co_await loop::sleep_for(loop, std::chrono::milliseconds(1));
  }
}

Task<Result<OpenFilePtr>> FifoOpening::run(Loop& loop, std::string name, CancelToken token) {
  over_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!over_) co_return fail(Error::from_errno(errno, name));
  loop::FdPoller over(loop, over_.get());
  start();
  auto ready = co_await over.readable(token);
  if (!ready) co_await give_up(loop);
  thread_.join();
  if (!ready) co_return fail(std::move(ready.error()));
  if (err_ != 0) co_return fail(Error::from_errno(err_, name));
  co_return make_kernel_file(loop, std::move(result_));
}

Task<Result<OpenFilePtr>> open_fifo(Loop& loop, UniqueFd fifo, int flags, std::string name,
                                    CancelToken token) {
  FifoOpening opening(std::move(fifo), flags);
  co_return co_await opening.run(loop, std::move(name), std::move(token));
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
    const bool must_be_new = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
    if (must_be_new) return Result<OpenFilePtr>(fail(Error::from_errno(EEXIST, path)));
    UniqueFd fifo(::openat(cwd_fd, path.c_str(), O_PATH | O_CLOEXEC));
    const int rest = flags & ~(O_CREAT | O_EXCL | O_TRUNC);
    if (fifo) return open_fifo(loop, std::move(fifo), rest, std::move(path), token);
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
