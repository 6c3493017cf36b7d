// What a script names a job by: `$!`, and the variable of `wait -n -p`.
#pragma once

#include "base/value.h"
#include "scheduler/job_manager.h"

namespace weir::kernel {

struct Shell;

/// The process id where the job is one program, else "%n". Whoever has asked for it has the job
/// for long (JobManager::hold).
Value job_handle(Shell& shell, const scheduler::JobPtr& job);

}  // namespace weir::kernel
