// What the user's configuration of cargo says: how many jobs, and what an alias stands for.
//
// Cargo itself is asked (`cargo config get`), as for the directories: so the files upward,
// $CARGO_HOME, the variables, --config and their order are its own. The answer, "not set", too, is
// kept until one of the files that it may depend on changes. Blocks as long as cargo takes; a cargo
// that does not answer counts as one that has nothing set. Called by cargo_command.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/routes/cargo_question.h"

namespace weir::gate {

/// build.jobs, as cargo_jobs() reads it. -j is not looked at.
std::optional<std::string> configured_jobs(const CargoArguments& arguments,
                                           const CargoPlace& place);

/// The words of the user's alias, of files and variables; nothing when NAME is none. As in cargo,
/// --config makes none.
std::optional<std::vector<std::string>> configured_alias(const CargoArguments& arguments,
                                                         const CargoPlace& place,
                                                         std::string_view name);

}  // namespace weir::gate
