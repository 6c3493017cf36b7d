// What the gate asks cargo itself: where, as whom, and with which toolchain.
//
// What target_directory.h (`cargo metadata`) and cargo_config.h (`cargo config get`) have in
// common.
#pragma once

#include <string>
#include <vector>

#include "gate/program_output.h"
#include "gate/routes/cargo_arguments.h"

namespace weir::gate {

struct CargoPlace {
  std::string program;                   // the real cargo
  std::string directory;                 // where it is called
  std::vector<std::string> environment;  // "NAME=value"
  std::string cache;  // a private directory for what is kept; empty: nothing is
};

/// Where the arguments are read from: -C moves there first.
std::string cargo_start(const CargoArguments& arguments, const CargoPlace& place);

/// `cargo [+TOOLCHAIN]` there; the question's own words are to follow. It installs nothing.
ProgramCall cargo_question(const CargoArguments& arguments, const CargoPlace& place);

}  // namespace weir::gate
