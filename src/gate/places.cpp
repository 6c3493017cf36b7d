#include "gate/places.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace weir::gate {

namespace {

/// As XDG says: a relative path is as good as none.
std::string absolute_from(const char* name) {
  const char* value = std::getenv(name);
  return value && value[0] == '/' ? std::string(value) : std::string();
}

std::string state_directory() {
  if (auto given = absolute_from("WEIR_STATE_DIR"); !given.empty()) return given;
  if (auto xdg = absolute_from("XDG_STATE_HOME"); !xdg.empty()) return xdg + "/weir";
  if (auto home = absolute_from("HOME"); !home.empty()) return home + "/.local/state/weir";
  return {};
}

}  // namespace

Result<Places> Places::from_environment() {
  Places places;
  places.state = state_directory();
  if (places.state.empty()) {
    return fail(ErrorKind::not_found, "neither XDG_STATE_HOME nor HOME says where state is kept");
  }
  places.run = absolute_from("WEIR_RUNTIME_DIR");
  if (places.run.empty()) {
    const std::string xdg = absolute_from("XDG_RUNTIME_DIR");
    places.run = xdg.empty() ? places.state + "/run" : xdg + "/weir";
  }
  return places;
}

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

}  // namespace weir::gate
