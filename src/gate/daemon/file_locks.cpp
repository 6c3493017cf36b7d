#include "gate/daemon/file_locks.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>

#include "base/proc_file.h"

namespace weir::gate::daemon {

namespace {

/// "fe:00:5349387"
std::uint64_t inode_of(std::string_view file) {
  const size_t colon = file.rfind(':');
  return parse_number(file.substr(colon == std::string_view::npos ? 0 : colon + 1)).value_or(0);
}

void add_inodes(const std::string& directory, std::vector<std::uint64_t>& inodes) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(directory.c_str()), &::closedir);
  if (!dir) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (entry->d_name[0] != '.') continue;
    struct stat info{};
    const bool is_file =
        ::fstatat(::dirfd(dir.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(info.st_mode);
    if (is_file) inodes.push_back(info.st_ino);
  }
}

}  // namespace

// "1: FLOCK  ADVISORY  WRITE 14197 fe:00:5349387 0 EOF"; who waits has "->" after the number.
std::vector<FileLock> parse_file_locks(std::string_view text) {
  std::vector<FileLock> locks;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    take_word(line);
    std::string_view kind = take_word(line);
    FileLock lock;
    if (kind == "->") {
      lock.waits = true;
      kind = take_word(line);
    }
    if (kind != "FLOCK") continue;
    take_word(line);
    take_word(line);
    lock.pid = static_cast<pid_t>(parse_number(take_word(line)).value_or(0));
    lock.inode = inode_of(take_word(line));
    if (lock.pid > 0 && lock.inode > 0) locks.push_back(lock);
  }
  return locks;
}

std::vector<FileLock> read_file_locks() {
  return parse_file_locks(read_proc_file("/proc/locks").value_or(""));
}

std::vector<std::uint64_t> lock_inodes(const LaneKey& lane) {
  std::vector<std::uint64_t> inodes;
  for (const LanePart& part : lane.parts()) add_inodes(part.directory, inodes);
  std::ranges::sort(inodes);
  return inodes;
}

bool holds_any(const std::vector<FileLock>& locks, pid_t pid,
               const std::vector<std::uint64_t>& inodes) {
  return std::ranges::any_of(locks, [&](const FileLock& lock) {
    return !lock.waits && lock.pid == pid && std::ranges::binary_search(inodes, lock.inode);
  });
}

}  // namespace weir::gate::daemon
