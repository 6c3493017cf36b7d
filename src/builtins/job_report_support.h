// How jobs are shown: their records as rows, as a table at a terminal, as
// tab-separated lines elsewhere; and the jobs that belong to a context.
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "scheduler/job_manager.h"

namespace weir::builtins {

/// The whole record (LANGUAGE 7.2).
Value job_row(const scheduler::Job& job);

struct JobListStyle {
  bool with_processes = false;  // jobs -l
  size_t width = 0;             // columns of the terminal; 0: not one, tab-separated
};
std::string job_list(const kernel::Context& ctx, const std::vector<scheduler::JobPtr>& jobs,
                     JobListStyle style);

/// What `wait` and `kill` take for this job, as $! has it: the pid, or %n.
Value job_handle(const scheduler::Job& job);

/// The live jobs that this context started: what a bare `wait` waits for.
std::vector<scheduler::JobPtr> own_live_jobs(const kernel::Context& ctx);

/// The job of `%…`; or of a process id, where it is a job's only process.
Result<scheduler::JobPtr> find_job(const kernel::Context& ctx, const Value& operand);

}  // namespace weir::builtins
