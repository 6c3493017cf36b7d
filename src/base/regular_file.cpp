#include "base/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace weir {

Result<std::string> read_regular_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat facts{};
  if (!file || ::fstat(file.get(), &facts) != 0) return fail(Error::from_errno(errno, path));
  if (S_ISDIR(facts.st_mode)) return fail(Error::from_errno(EISDIR, path));
  if (!S_ISREG(facts.st_mode)) return fail(ErrorKind::invalid, path + ": Not a regular file");
  std::string text;
  char buffer[8192];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(Error::from_errno(errno, path));
    if (count == 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

}  // namespace weir
