// cargo_lane(): the directories that a cargo command locks while it compiles.
//
// <build directory>/[<triple>/]<profile>, and the same under the target directory unless the
// command leaves no artifacts there. `--target T` also takes the host's directory, for build
// scripts. `clean` takes the whole root. Pure.
#pragma once

#include <string>

#include "gate/lane.h"
#include "gate/routes/cargo_arguments.h"
#include "gate/routes/target_directory.h"

namespace weir::gate {

LaneKey cargo_lane(const CargoArguments& arguments, const CargoDirectories& directories);

/// The first directory of the lane: there, a fingerprint tells that it was built before.
bool is_warm_lane(const LaneKey& lane);

/// The key of the history of such commands: "cargo check dev ROOT -p leaf".
std::string cargo_shape(const CargoArguments& arguments, const CargoDirectories& directories);

}  // namespace weir::gate
