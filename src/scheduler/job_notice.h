// Why a job is stopped, as a person is told. The notice with it is of kernel/job_notice.h.
#pragma once

#include <string>

#include "scheduler/job_manager.h"

namespace weir::scheduler {

/// "Ctrl-Z", "wants terminal input: fg %3", "by STOP"; empty when it is not stopped.
std::string stop_reason(const Job& job);

}  // namespace weir::scheduler
