#include "kernel/fd_table.h"

#include <fcntl.h>

#include <algorithm>

namespace weir::kernel {

namespace {
const scheduler::OpenFilePtr kNone;
}

const scheduler::OpenFilePtr& FdTable::get(int fd) const {
  if (fd >= 0 && fd < 3) return standard_[static_cast<size_t>(fd)];
  auto at = std::ranges::lower_bound(others_, fd, {}, &Entry::fd);
  return at != others_.end() && at->fd == fd ? at->file : kNone;
}

bool FdTable::is_listed(int fd) const {
  if (fd >= 0 && fd < 3) return true;
  auto at = std::ranges::lower_bound(others_, fd, {}, &Entry::fd);
  return at != others_.end() && at->fd == fd;
}

void FdTable::set(int fd, scheduler::OpenFilePtr file) {
  if (fd < 3) {
    standard_[static_cast<size_t>(fd)] = std::move(file);
    return;
  }
  auto at = std::ranges::lower_bound(others_, fd, {}, &Entry::fd);
  if (at != others_.end() && at->fd == fd)
    at->file = std::move(file);
  else
    others_.insert(at, Entry{fd, std::move(file)});
}

// A closed number beyond 2 stays listed, so that an inherited one is closed in children.
void FdTable::close(int fd) { set(fd, nullptr); }

void FdTable::clear() {
  standard_ = {};
  others_.clear();
}

std::vector<FdTable::Entry> FdTable::entries() const {
  std::vector<Entry> all;
  all.reserve(3 + others_.size());
  for (int fd = 0; fd < 3; ++fd) all.push_back({fd, standard_[static_cast<size_t>(fd)]});
  all.insert(all.end(), others_.begin(), others_.end());
  return all;
}

int FdTable::free_number(int from) const {
  for (int fd = from;; ++fd) {
    if (get(fd)) continue;
    // An inherited descriptor that children get under this number is in use;
    // weir's own are close-on-exec and do not count.
    const int flags = ::fcntl(fd, F_GETFD);
    if (is_listed(fd) || flags < 0 || (flags & FD_CLOEXEC)) return fd;
  }
}

}  // namespace weir::kernel
