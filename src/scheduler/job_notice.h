// What a person is told about a job that was stopped.
#pragma once

#include <string>

#include "scheduler/job_manager.h"

namespace weir::scheduler {

/// "Ctrl-Z", "wants terminal input: fg %3", "by STOP"; empty when it is not stopped.
std::string stop_reason(const Job& job);
/// One line: "%3 stopped  vim notes.md  Ctrl-Z".
std::string stop_notice(const Job& job);

}  // namespace weir::scheduler
