#include "gate/places.h"

#include <cstdlib>

#include "base/user_directories.h"

namespace weir::gate {

Result<Places> Places::from_environment() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  Places places{.run = runtime_directory(variable), .state = state_directory(variable)};
  if (places.state.empty()) {
    return fail(ErrorKind::not_found, no_directory_reason(variable));
  }
  return places;
}

}  // namespace weir::gate
