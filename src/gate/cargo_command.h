// plan_cargo(): what a cargo command line is for the gate: how it is let run, and with which
// request.
//
// One for the shim, which then runs it, and for `gate plan`, which tells. It may ask cargo itself
// (for aliases and directories), so it blocks: on the shim's thread, or on the pool.
#pragma once

#include <string>
#include <vector>

#include "gate/environment_list.h"
#include "gate/leased_run.h"
#include "gate/request.h"
#include "gate/routes/cargo_arguments.h"
#include "gate/routes/cargo_route.h"

namespace weir::gate {

struct CargoCommand {
  std::string program;             // the real cargo
  std::vector<std::string> words;  // behind the name
  EnvironmentList environment;
  std::string directory;  // where it is called
  std::string cache;      // a private directory for what cargo said; empty: nothing is kept

  /// For people: "cargo build -p 'a b'".
  std::string line() const;
};

struct CargoPlan {
  CargoRoute route = CargoRoute::passthrough;
  Request request;  // of focus and bulk
  JobsVariable jobs = JobsVariable::none;
  std::string side_directory;  // the build directory of its side lane
  bool has_units = false;      // it can be asked how many there are
};

/// What its words ask for, aliases expanded.
CargoArguments read_cargo_command(const CargoCommand& command);

/// A command that cargo will refuse, or whose directories it cannot tell, passes through.
CargoPlan plan_cargo(const CargoCommand& command);

}  // namespace weir::gate
