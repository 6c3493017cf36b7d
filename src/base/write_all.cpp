#include "base/write_all.h"

#include <unistd.h>

#include <cerrno>

namespace weir {

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return 0;
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& name) {
  if (const int err = write_all(fd, bytes)) return fail(Error::from_errno(err, name));
  return {};
}

}  // namespace weir
