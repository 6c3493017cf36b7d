// What the gate knows of this shell's jobs: those of which a process waits or runs behind it, and
// when processes of jobs have waited before.
//
// Asked for by `jobs` and `why`. Without a daemon nothing is asked and nothing waits. A process
// belongs to the job whose process group it is in, so the cargo of a makefile counts as well.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "builtins/gate_client_support.h"
#include "scheduler/job_manager.h"

namespace weir::builtins {

class JobGates {
 public:
  JobGates() = default;
  /// Of the answer to `status`.
  JobGates(const Value& status, const std::vector<scheduler::JobPtr>& jobs);

  /// The gate's report of the job (gate/reports.h): of what runs, else of what waits; null when it
  /// is not behind the gate. Other jobs of this shell are named in it as %n, for people.
  const Value* find(const scheduler::Job& job) const;
  /// The same as it came.
  const Value* report(const scheduler::Job& job) const;

 private:
  std::vector<Value> reports_;
  std::vector<Value> named_;  // of the same order
};

/// What holds up the report's command, and what can be done, with the names of jobs for the gate's
/// ids.
Value with_job_names(Value report, const std::map<int64_t, std::string>& names);

/// Empty when no daemon answers.
Task<JobGates> ask_job_gates(Context& ctx);

/// The rows of `gate history` that ended since then, newest first. None when no daemon answers.
Task<List> ask_gate_runs(Context& ctx, int64_t since_ms);

}  // namespace weir::builtins
