// wait_line: an explanation as the one line that a waiting command prints.
#pragma once

#include <string>

#include "gate/explain.h"

namespace weir::gate::daemon {

/// "lane /p/target/debug is held by 12 cargo build (me, 3m10s, usually 4m00s): free in ~50s; 1st in
/// line". Without a newline; "" when it does not wait.
std::string wait_line(const Explanation& about, Instant now);

}  // namespace weir::gate::daemon
