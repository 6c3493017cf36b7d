#include "builtins/job_gate_support.h"

#include <algorithm>

namespace weir::builtins {

JobGates::JobGates(const Value& status) {
  for (const char* list : {"leases", "waiting"}) {
    for (const Value& report : member_list(status, list)) reports_.push_back(report);
  }
}

const Value* JobGates::find(const scheduler::Job& job) const {
  if (job.ended()) return nullptr;
  const auto found = std::ranges::find_if(reports_, [&](const Value& report) {
    return job.group->has_live(static_cast<pid_t>(member_number(report, "group")));
  });
  return found == reports_.end() ? nullptr : &*found;
}

Task<JobGates> ask_job_gates(Context& ctx) {
  if (!may_have_gate()) co_return JobGates();
  auto status = co_await ask_gate(ctx, "status", Record{});
  co_return status ? JobGates(*status) : JobGates();
}

Task<List> ask_gate_runs(Context& ctx, int64_t since_ms) {
  constexpr int64_t kMost = 10'000;
  if (!may_have_gate()) co_return List();
  auto answer = co_await ask_gate(ctx, "history",
                                  Record{{"since_ms", Value(since_ms)}, {"limit", Value(kMost)}});
  co_return answer ? member_list(*answer, "runs") : List();
}

}  // namespace weir::builtins
