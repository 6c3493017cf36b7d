// CompileWatch: how far a cargo has come, seen from its children.
//
// Nothing in the build knows of it: no wrapper, no variable, so output and fingerprints are as they
// were. Looked at a few times a second, it misses crates that take less; the number of those that
// are done is a lower bound, unless finished_units.h knows better. Used by run_leased() for what
// the gate tells of a build.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gate/protocol/messages.h"

namespace weir::gate {

class CompileWatch {
 public:
  /// `cargo` is a process of this machine; it may end at any time.
  explicit CompileWatch(pid_t cargo) : cargo_(cargo) {}

  /// The progress, when it is not what was given last.
  std::optional<protocol::Progress> look();
  /// So many are done, seen in another way. Told with the next look.
  void set_done(int done) { noted_ = done; }
  /// How many units there are. Told with the next look.
  void set_total(int total) { total_ = total; }

 private:
  pid_t cargo_;
  std::map<pid_t, std::string> compiling_;  // crates by the process of the compiler
  int seen_ = 0;  // to end
  int noted_ = 0;  // by who says set_done()
  int total_ = 0;
  int told_done_ = 0;
  int told_total_ = 0;
  std::string told_;
};

/// The crate that the command line of a compiler is for; empty when it is none, or only a question
/// to the compiler.
std::string compiled_crate(const std::vector<std::string>& words);

}  // namespace weir::gate
