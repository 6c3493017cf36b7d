#include "kernel/other_shells.h"

#include <fmt/format.h>

#include <ranges>
#include <string_view>

#include "kernel/job_notice.h"
#include "scheduler/job_record.h"

namespace weir::kernel {

namespace {

using scheduler::JobRecord;
using scheduler::ShellRecord;

std::string place_of(const ShellRecord& shell, const JobRecord& job) {
  constexpr std::string_view kDevices = "/dev/";
  if (job.is_detached) return "detached";
  if (!shell.is_live) return "ended";
  const std::string& terminal = shell.terminal;
  return terminal.starts_with(kDevices) ? terminal.substr(kDevices.size()) : terminal;
}

}  // namespace

std::vector<JobElsewhere> jobs_elsewhere(const std::string& directory, pid_t own) {
  std::vector<JobElsewhere> jobs;
  for (const ShellRecord& shell : scheduler::read_shell_records(directory)) {
    if (shell.is_live && shell.pid == own) continue;
    // A number may have been given again.
    for (const JobRecord& job : std::views::reverse(shell.jobs)) {
      jobs.push_back({.name = fmt::format("{}.{}", shell.pid, job.id),
                      .state = std::string(to_string(job.state)),
                      .place = place_of(shell, job),
                      .command = shown_command(job.command),
                      .has_ended = job.ended(),
                      .has_output = !job.out.empty()});
    }
  }
  return jobs;
}

}  // namespace weir::kernel
