#include "base/user_directories.h"

namespace weir {

namespace {

/// The first of the two that is an absolute path: as it is, or with "/weir" behind.
std::string given(const VariableLookup& variable, const char* ours, const char* xdg) {
  if (std::string path = variable(ours); path.starts_with('/')) return path;
  if (std::string path = variable(xdg); path.starts_with('/')) return path + "/weir";
  return {};
}

}  // namespace

std::string state_directory(const VariableLookup& variable) {
  if (std::string path = given(variable, "WEIR_STATE_DIR", "XDG_STATE_HOME"); !path.empty()) {
    return path;
  }
  const std::string home = variable("HOME");
  return home.starts_with('/') ? home + "/.local/state/weir" : std::string();
}

std::string runtime_directory(const VariableLookup& variable) {
  if (std::string path = given(variable, "WEIR_RUNTIME_DIR", "XDG_RUNTIME_DIR"); !path.empty()) {
    return path;
  }
  const std::string state = state_directory(variable);
  return state.empty() ? state : state + "/run";
}

}  // namespace weir
