#include "gate/places.h"

#include <cstdlib>

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

}  // namespace weir::gate
