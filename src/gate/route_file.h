// The settings of gate.json, which is $XDG_CONFIG_HOME/weir/gate.json, else
// ~/.config/weir/gate.json.
#pragma once

#include <string>
#include <vector>

#include "gate/environment_list.h"
#include "gate/routes/generic_route.h"

namespace weir::gate {

/// Empty when there is no home.
std::string route_file(const EnvironmentList& environment);

/// The usual settings when there is no such file. Errors name the file.
Result<GateSettings> read_route_file(const std::string& path);

}  // namespace weir::gate
