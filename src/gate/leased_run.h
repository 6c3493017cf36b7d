// run_leased(): asks the gate, then runs a program in this process's place.
//
// What the cargo shim, the shims of gate.json and `gate run` have in common. The wait is told on
// stderr; the program has the lease's tokens, its tag and its priority; this process ends as the
// program did. Nothing that goes wrong with the gate keeps the program from running.
#pragma once

#include <string>
#include <vector>

#include "gate/environment_list.h"
#include "gate/request.h"

namespace weir::gate {

/// How a program is told how much it may do at once.
enum class JobsVariable : std::uint8_t {
  none,
  cargo,        // the token pipe in CARGO_MAKEFLAGS, else CARGO_BUILD_JOBS
  cargo_tests,  // and RUST_TEST_THREADS
};

struct LeasedProgram {
  std::string path;
  std::vector<std::string> words;  // with words[0]
  EnvironmentList environment;
  JobsVariable jobs = JobsVariable::none;
  std::string side_directory;  // CARGO_BUILD_BUILD_DIR of a build in the side lane
  bool has_units = false;      // cargo can tell how many there are
  std::string mark;            // run_leased's own: MirroredProgram::mark
  Request request;
};

[[noreturn]] void run_leased(LeasedProgram program);

/// Becomes the program, with nothing between. On failure a message and 126 or 127.
[[noreturn]] void become_program(const std::string& path, const std::vector<std::string>& words,
                                 const EnvironmentList& environment);

/// Who asks: GATE_REQUESTER, else the user and the session.
std::string requester_name(const EnvironmentList& environment);

/// A jobserver of somebody else is in the environment: make -jN.
bool has_jobserver(const EnvironmentList& environment);

/// The tokens of the lease around it are in the environment, where without the gate there would be
/// none: of what a leased cargo has built and runs, and of its subcommands.
bool has_lease_tokens(const EnvironmentList& environment);

}  // namespace weir::gate
