#include "repl/history_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/private_directory.h"
#include "base/write_all.h"

namespace weir::repl {

namespace {

Result<std::string> read_from(int fd, size_t offset, size_t size, const std::string& path) {
  std::string bytes(size > offset ? size - offset : 0, '\0');
  size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n =
        ::pread(fd, bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Error::from_errno(errno, path));
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

void make_folder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  // Private up to the top: the process's umask is 0.
  if (!std::filesystem::exists(folder, ignored)) (void)make_private_directory(folder.string());
}

}  // namespace

/// Another shell may have replaced the file between open and lock: then once more.
Result<UniqueFd> HistoryFile::open_locked() const {
  make_folder(path_);
  for (;;) {
    UniqueFd fd(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return fail(Error::from_errno(errno, path_));
    while (::flock(fd.get(), LOCK_EX) != 0) {
      if (errno != EINTR) return fail(Error::from_errno(errno, path_));
    }
    struct stat mine;
    struct stat there;
    if (::fstat(fd.get(), &mine) != 0) return fail(Error::from_errno(errno, path_));
    const bool is_there = ::stat(path_.c_str(), &there) == 0;
    if (is_there && mine.st_dev == there.st_dev && mine.st_ino == there.st_ino) return fd;
  }
}

Result<void> HistoryFile::append(std::string_view lines) const {
  auto fd = open_locked();
  if (!fd) return fail(std::move(fd.error()));
  ::fchmod(fd->get(), 0600);  // the process's umask is 0, but the file may be older
  struct stat info;
  std::string bytes(lines);
  char last = '\n';
  if (::fstat(fd->get(), &info) == 0 && info.st_size > 0)
    (void)!::pread(fd->get(), &last, 1, info.st_size - 1);
  if (last != '\n') bytes.insert(0, 1, '\n');
  return write_all(fd->get(), bytes, path_);
}

Result<HistoryFile::News> HistoryFile::read_news() {
  News news;
  const UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return news;
  struct stat info;
  if (!fd || ::fstat(fd.get(), &info) != 0) return fail(Error::from_errno(errno, path_));
  const auto size = static_cast<size_t>(info.st_size);
  if (info.st_dev != device_ || info.st_ino != inode_ || size < offset_) {
    news.begins_anew = inode_ != 0;
    offset_ = 0;
  }
  device_ = info.st_dev;
  inode_ = info.st_ino;
  auto bytes = read_from(fd.get(), offset_, size, path_);
  if (!bytes) return fail(std::move(bytes.error()));
  bytes->resize(bytes->rfind('\n') + 1);  // a line under way is read when it is whole
  offset_ += bytes->size();
  news.lines = std::move(*bytes);
  return news;
}

Result<void> HistoryFile::rewrite(const std::function<bool(std::string_view line)>& keeps) const {
  auto fd = open_locked();
  if (!fd) return fail(std::move(fd.error()));
  struct stat info;
  if (::fstat(fd->get(), &info) != 0) return fail(Error::from_errno(errno, path_));
  auto bytes = read_from(fd->get(), 0, static_cast<size_t>(info.st_size), path_);
  if (!bytes) return fail(std::move(bytes.error()));
  std::string kept;
  for (size_t at = 0; at < bytes->size();) {
    const size_t end = std::min(bytes->find('\n', at), bytes->size());
    const std::string_view line = std::string_view(*bytes).substr(at, end - at);
    if (!line.empty() && keeps(line)) kept.append(line) += '\n';
    at = end + 1;
  }
  const std::string beside = fmt::format("{}.{}", path_, ::getpid());
  UniqueFd other(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!other) return fail(Error::from_errno(errno, beside));
  auto written = write_all(other.get(), kept, beside);
  if (written && ::fsync(other.get()) != 0) written = fail(Error::from_errno(errno, beside));
  if (written && ::rename(beside.c_str(), path_.c_str()) != 0)
    written = fail(Error::from_errno(errno, path_));
  if (!written) ::unlink(beside.c_str());
  return written;
}

}  // namespace weir::repl
