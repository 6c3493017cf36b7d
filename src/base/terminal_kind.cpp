#include "base/terminal_kind.h"

#include <cstdlib>

namespace weir {

bool terminal_reflows() {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  // xterm cuts; inside of a multiplexer that one decides.
  return !is_set("XTERM_VERSION") || is_set("TMUX");
}

}  // namespace weir
