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

bool is_program(const std::string& path, const struct stat& self) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
         !is_same_file(facts, self) && ::access(path.c_str(), X_OK) == 0 && !leads_to_weir(path);
}

}  // namespace

std::optional<std::string> find_real_program(std::string_view name, std::string_view search_path) {
  struct stat self{};
  (void)::stat("/proc/self/exe", &self);  // without /proc the name alone must do
  while (true) {
    const size_t colon = search_path.find(':');
    const std::string_view directory = search_path.substr(0, colon);
    std::string path(directory.empty() ? "." : directory);
    path += '/';
    path += name;
    if (is_program(path, self)) return path;
    if (colon == std::string_view::npos) return {};
    search_path.remove_prefix(colon + 1);
  }
}

}  // namespace weir::gate
