// The cargo shim: from the words of a cargo command to a run with or without a lease.
#pragma once

#include <string>
#include <vector>

#include "gate/environment_list.h"

namespace weir::gate {

/// `words` with the name it was called by. Never returns: this process becomes cargo, or ends as
/// the cargo that it ran.
[[noreturn]] void run_cargo_shim(std::vector<std::string> words, EnvironmentList environment);

}  // namespace weir::gate
