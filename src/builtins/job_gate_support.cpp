#include "builtins/job_gate_support.h"

namespace weir::builtins {

JobGates::JobGates(const Value& status) {
  for (const char* list : {"leases", "waiting"}) {
    for (const Value& report : member_list(status, list)) {
      reports_.emplace(static_cast<pid_t>(member_number(report, "pid")), report);
    }
  }
}

const Value* JobGates::find(const scheduler::Job& job) const {
  if (reports_.empty() || job.ended()) return nullptr;
  for (const pid_t pid : job.group->live()) {
    const auto found = reports_.find(pid);
    if (found != reports_.end()) return &found->second;
  }
  return nullptr;
}

Task<JobGates> ask_job_gates(Context& ctx) {
  if (!may_have_gate()) co_return JobGates();
  auto status = co_await ask_gate(ctx, "status", Record{});
  co_return status ? JobGates(*status) : JobGates();
}

}  // namespace weir::builtins
