// find_cargo_directories(): where a cargo command will build, as cargo itself says.
//
// The rules have many sources (arguments, variables, configuration files upward, templates), so
// the toolchain's own `cargo metadata --no-deps` is asked, which takes no lock. Its answer is kept
// in a file until one of the files that it may depend on changes. Called by the shim on its own
// thread; an error means that the lane is not known, never that the command must not run.
#pragma once

#include <string>

#include "base/error.h"
#include "gate/routes/cargo_question.h"

namespace weir::gate {

struct CargoDirectories {
  std::string workspace;  // the root
  std::string target;     // canonical
  std::string build;      // canonical; mostly the same
  bool has_build_directory = false;  // cargo tells it, and can be told another
  bool is_in_member = false;  // the manifest in use is of a member, not the root's
};

Result<CargoDirectories> find_cargo_directories(const CargoArguments& arguments,
                                                const CargoPlace& place);

}  // namespace weir::gate
