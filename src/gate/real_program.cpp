#include "gate/real_program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

namespace weir::gate {

namespace {

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Two installed weirs must not hand a command to each other's shims for ever.
bool leads_to_weir(const std::string& path) {
  char resolved[PATH_MAX];
  if (!::realpath(path.c_str(), resolved)) return false;
  const std::string_view real = resolved;
  return real.substr(real.rfind('/') + 1) == "weir";
}

bool is_executable(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

/// The file that runs now, or another build of it.
bool is_weir(const std::string& path) {
  struct stat facts{};
  struct stat self{};
  (void)::stat("/proc/self/exe", &self);  // without /proc the name alone must do
  return (::stat(path.c_str(), &facts) == 0 && is_same_file(facts, self)) || leads_to_weir(path);
}

/// The first path of the name in a directory of `search_path` that `fits`.
template <class Fits>
std::optional<std::string> find_on(std::string_view search_path, std::string_view name,
                                   const Fits& fits) {
  while (true) {
    const size_t colon = search_path.find(':');
    const std::string_view directory = search_path.substr(0, colon);
    std::string path(directory.empty() ? "." : directory);
    path += '/';
    path += name;
    if (fits(path)) return path;
    if (colon == std::string_view::npos) return {};
    search_path.remove_prefix(colon + 1);
  }
}

}  // namespace

std::optional<std::string> find_real_program(std::string_view name, std::string_view search_path) {
  return find_on(search_path, name,
                 [](const std::string& path) { return is_executable(path) && !is_weir(path); });
}

std::optional<std::string> find_shim(std::string_view name, std::string_view search_path) {
  auto first = find_on(search_path, name, is_executable);
  return first && is_weir(*first) ? first : std::nullopt;
}

}  // namespace weir::gate
