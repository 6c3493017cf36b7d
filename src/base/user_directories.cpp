#include "base/user_directories.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace weir {

namespace {

/// The first of the two that is an absolute path: as it is, or with "/weir" behind.
std::string given(const VariableLookup& variable, const char* ours, const char* xdg) {
  if (std::string path = variable(ours); path.starts_with('/')) return path;
  if (std::string path = variable(xdg); path.starts_with('/')) return path + "/weir";
  return {};
}

bool is_directory(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

std::string state_directory(const VariableLookup& variable) {
  if (std::string path = given(variable, "WEIR_STATE_DIR", "XDG_STATE_HOME"); !path.empty()) {
    return path;
  }
  const std::string home = variable("HOME");
  return home.starts_with('/') && is_directory(home) ? home + "/.local/state/weir" : std::string();
}

std::string no_directory_reason(const VariableLookup& variable) {
  const std::string home = variable("HOME");
  if (!home.starts_with('/')) return "neither XDG_STATE_HOME nor HOME says where state is kept";
  return fmt::format("HOME is {}, which is no directory", home);
}

std::string runtime_directory(const VariableLookup& variable) {
  if (std::string path = given(variable, "WEIR_RUNTIME_DIR", "XDG_RUNTIME_DIR"); !path.empty()) {
    return path;
  }
  const std::string state = state_directory(variable);
  return state.empty() ? state : state + "/run";
}

}  // namespace weir
