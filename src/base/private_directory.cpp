#include "base/private_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace weir {

Result<void> make_private_directory(const std::string& directory) {
  // Whatever the umask is: what is missing above it is private, too (XDG base directories).
  std::filesystem::path above;
  for (const auto& part : std::filesystem::path(directory).parent_path()) {
    above /= part;
    if (::mkdir(above.c_str(), S_IRWXU) == 0 || errno == EEXIST) continue;
    if (const int problem = errno; ::access(above.c_str(), F_OK) != 0) {
      return fail(Error::from_errno(problem, directory));
    }
  }
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return fail(Error::from_errno(errno, directory));
  }
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) return fail(Error::from_errno(errno, directory));
  if (!S_ISDIR(info.st_mode)) return fail(Error::from_errno(ENOTDIR, directory));
  if (info.st_uid != ::geteuid()) {
    return fail(ErrorKind::denied, directory + " belongs to another user");
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::denied, directory + " can be written to by others");
  }
  return {};
}

}  // namespace weir
