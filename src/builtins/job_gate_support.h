// What the gate knows of this shell's jobs: those whose process waits or runs behind it.
//
// Asked for by `jobs` and `why`. Without a daemon nothing is asked and nothing waits.
#pragma once

#include <map>

#include "builtins/gate_client_support.h"
#include "scheduler/job_manager.h"

namespace weir::builtins {

class JobGates {
 public:
  JobGates() = default;
  /// Of the answer to `status`.
  explicit JobGates(const Value& status);

  /// The gate's report of the job (gate/reports.h); null when it is not behind the gate.
  const Value* find(const scheduler::Job& job) const;

 private:
  std::map<pid_t, Value> reports_;  // by the process that asked
};

/// Empty when no daemon answers.
Task<JobGates> ask_job_gates(Context& ctx);

}  // namespace weir::builtins
