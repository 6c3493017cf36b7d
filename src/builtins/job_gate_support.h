// What the gate knows of this shell's jobs: those of which a process waits or runs behind it, and
// when processes of jobs have waited before.
//
// Asked for by `jobs` and `why`. Without a daemon nothing is asked and nothing waits. A process
// belongs to the job whose process group it is in, so the cargo of a makefile counts as well.
#pragma once

#include <vector>

#include "builtins/gate_client_support.h"
#include "scheduler/job_manager.h"

namespace weir::builtins {

class JobGates {
 public:
  JobGates() = default;
  /// Of the answer to `status`.
  explicit JobGates(const Value& status);

  /// The gate's report of the job (gate/reports.h): of what runs, else of what waits; null when it
  /// is not behind the gate.
  const Value* find(const scheduler::Job& job) const;

 private:
  std::vector<Value> reports_;
};

/// Empty when no daemon answers.
Task<JobGates> ask_job_gates(Context& ctx);

/// The rows of `gate history` that ended since then, newest first. None when no daemon answers.
Task<List> ask_gate_runs(Context& ctx, int64_t since_ms);

}  // namespace weir::builtins
