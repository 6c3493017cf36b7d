// Places: where the gate's files are. One gate for each user and runtime directory.
//
// Called by the client, the daemon, the fallback and their tests, which set the environment.
#pragma once

#include <string>

#include "base/error.h"

namespace weir::gate {

struct Places {
  std::string run;    // base/user_directories.h says which
  std::string state;

  /// An ErrorKind::not_found when the environment names neither a state directory nor a home.
  static Result<Places> from_environment();

  std::string socket() const { return run + "/gate.sock"; }
  std::string daemon_lock() const { return run + "/gate.lock"; }   // held while a daemon lives
  std::string start_lock() const { return run + "/gate.start"; }   // held by who starts one
  std::string locks() const { return run + "/gate"; }              // slots and lanes
  std::string store() const { return state + "/gate.db"; }
  std::string log() const { return state + "/gate.log"; }
};

}  // namespace weir::gate
