#include "gate/daemon/token_pipe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/proc_file.h"

namespace weir::gate::daemon {

namespace {

constexpr char kToken = '+';  // as GNU make's
constexpr int kMostAtOnce = 4096;

/// A description of its own for what another descriptor refers to: flags are not shared with it.
UniqueFd reopen_as(const std::string& path, int mode) {
  return UniqueFd(::open(path.c_str(), mode | O_NONBLOCK | O_CLOEXEC));
}

std::uint64_t inode_of(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 ? info.st_ino : 0;
}

/// "/proc/PID/fd/N" of the first descriptor that is this pipe.
std::string find_descriptor(pid_t holder, std::uint64_t inode) {
  const std::string folder = fmt::format("/proc/{}/fd", holder);
  std::string found;
  const auto look_at = [&](int number) {
    const std::string path = fmt::format("{}/{}", folder, number);
    struct stat info{};
    if (found.empty() && ::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode) &&
        info.st_ino == inode) {
      found = path;
    }
  };
  look_at(0);
  each_number_in(folder, look_at);
  return found;
}

}  // namespace

Result<TokenPipe> TokenPipe::create() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe"));
  TokenPipe made;
  made.client_reader_ = UniqueFd(ends[0]);
  made.client_writer_ = UniqueFd(ends[1]);
  made.reader_ = reopen_as(fmt::format("/proc/self/fd/{}", ends[0]), O_RDONLY);
  made.writer_ = reopen_as(fmt::format("/proc/self/fd/{}", ends[0]), O_WRONLY);
  if (!made.reader_ || !made.writer_) return fail(Error::from_errno(errno, "/proc/self/fd"));
  made.inode_ = inode_of(ends[0]);
  return made;
}

Result<TokenPipe> TokenPipe::reopen(pid_t holder, std::uint64_t inode) {
  const std::string path = find_descriptor(holder, inode);
  if (path.empty()) return fail(ErrorKind::not_found, fmt::format("{} has no token pipe", holder));
  TokenPipe found;
  found.reader_ = reopen_as(path, O_RDONLY);
  found.writer_ = reopen_as(path, O_WRONLY);
  if (!found.reader_ || !found.writer_) return fail(Error::from_errno(errno, path));
  found.inode_ = inode_of(found.reader_.get());
  // Between the look and the opening the process may have ended and its number been given away.
  if (found.inode_ != inode) return fail(ErrorKind::not_found, path + " is another file now");
  return found;
}

int TokenPipe::lying() const {
  int bytes = 0;
  return reader_ && ::ioctl(reader_.get(), FIONREAD, &bytes) == 0 ? bytes : 0;
}

int TokenPipe::put(int tokens) {
  const std::string bytes(static_cast<size_t>(std::clamp(tokens, 0, kMostAtOnce)), kToken);
  if (bytes.empty() || !writer_) return 0;
  ssize_t put = 0;
  do put = ::write(writer_.get(), bytes.data(), bytes.size());
  while (put < 0 && errno == EINTR);
  return static_cast<int>(std::max<ssize_t>(put, 0));
}

int TokenPipe::take(int tokens) {
  char bytes[kMostAtOnce];
  const auto most = static_cast<size_t>(std::clamp(tokens, 0, kMostAtOnce));
  if (most == 0 || !reader_) return 0;
  ssize_t taken = 0;
  do taken = ::read(reader_.get(), bytes, most);
  while (taken < 0 && errno == EINTR);
  return static_cast<int>(std::max<ssize_t>(taken, 0));
}

}  // namespace weir::gate::daemon
