// program_output(): runs a program to its end and gives what it wrote to stdout.
//
// For questions that the gate asks other programs (`cargo metadata`), on a thread that may
// block: the shim's, or one of the pool. stdin and stderr are /dev/null, and nothing that the
// program leaves behind is waited for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/error.h"

namespace weir::gate {

struct ProgramCall {
  std::string program;                   // a path
  std::vector<std::string> words;        // with words[0], the name
  std::vector<std::string> environment;  // "NAME=value"
  std::string directory;                 // absolute; empty: this process's
  std::chrono::milliseconds limit{10'000};
};

/// An error when it cannot be started, does not exit with 0 (ErrorKind::not_found when it ended by
/// itself), writes more than 64 MiB, or takes longer than its limit; then it is killed.
Result<std::string> program_output(const ProgramCall& call);

}  // namespace weir::gate
