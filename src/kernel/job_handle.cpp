#include "kernel/job_handle.h"

#include <fmt/format.h>

#include "kernel/shell.h"

namespace weir::kernel {

Value job_handle(Shell& shell, const scheduler::JobPtr& job) {
  shell.jobs.hold(job);
  return job->handle != 0 ? Value(static_cast<int64_t>(job->handle))
                          : Value(fmt::format("%{}", job->id));
}

}  // namespace weir::kernel
