#include "scheduler/job_notice.h"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

namespace weir::scheduler {

std::string stop_reason(const Job& job) {
  if (job.state != JobState::stopped) return {};
  switch (job.stopped_by) {
    case SIGTSTP:
      return "Ctrl-Z";
    case SIGTTIN:
      return fmt::format("wants terminal input: fg %{}", job.id);
    case SIGTTOU:
      return fmt::format("wants the terminal: fg %{}", job.id);
    default: {
      const char* name = ::sigabbrev_np(job.stopped_by);
      return fmt::format("by {}", name ? name : "a signal");
    }
  }
}

}  // namespace weir::scheduler
