#include "builtins/job_gate_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/shell.h"

namespace weir::builtins {

namespace {

bool is_of(const scheduler::Job& job, const Value& report) {
  return !job.ended() && job.group->has_live(static_cast<pid_t>(member_number(report, "group")));
}

/// "gate bump 7" as "gate bump %2", and "gate kill 7" as "kill %2".
std::string with_job_name(std::string remedy, const std::map<int64_t, std::string>& names) {
  const size_t at = remedy.rfind(' ') + 1;
  int64_t id = 0;
  const auto [end, error] = std::from_chars(remedy.data() + at, remedy.data() + remedy.size(), id);
  const auto name = names.find(id);
  const bool is_id = error == std::errc{} && end == remedy.data() + remedy.size();
  if (!is_id || name == names.end()) return remedy;
  remedy.replace(at, std::string::npos, name->second);
  constexpr std::string_view kKill = "gate kill ";
  return remedy.starts_with(kKill) ? remedy.substr(std::string_view("gate ").size()) : remedy;
}

}  // namespace

Value with_job_names(Value report, const std::map<int64_t, std::string>& names) {
  List reasons = member_list(report, "reasons");
  for (Value& reason : reasons) {
    List holders = member_list(reason, "holders");
    for (Value& holder : holders) {
      const auto name = names.find(member_number(holder, "id"));
      if (name != names.end()) holder.record_mut().set("id", Value(name->second));
    }
    reason.record_mut().set("holders", Value(std::move(holders)));
  }
  List remedies;
  for (const Value& remedy : member_list(report, "remedies"))
    remedies.emplace_back(with_job_name(remedy.to_text(), names));
  report.record_mut().set("reasons", Value(std::move(reasons)));
  report.record_mut().set("remedies", Value(std::move(remedies)));
  return report;
}

JobGates::JobGates(const Value& status, const std::vector<scheduler::JobPtr>& jobs) {
  std::map<int64_t, std::string> names;
  for (const char* list : {"leases", "waiting"}) {
    for (const Value& report : member_list(status, list)) {
      const auto job =
          std::ranges::find_if(jobs, [&](const auto& each) { return is_of(*each, report); });
      if (job != jobs.end())
        names.emplace(member_number(report, "id"), fmt::format("%{}", (*job)->id));
      reports_.push_back(report);
    }
  }
  for (const Value& report : reports_) named_.push_back(with_job_names(report, names));
}

const Value* JobGates::report(const scheduler::Job& job) const {
  const auto found =
      std::ranges::find_if(reports_, [&](const Value& report) { return is_of(job, report); });
  return found == reports_.end() ? nullptr : &*found;
}

const Value* JobGates::find(const scheduler::Job& job) const {
  const Value* found = report(job);
  return found == nullptr ? nullptr : &named_[static_cast<size_t>(found - reports_.data())];
}

Task<JobGates> ask_job_gates(Context& ctx) {
  if (!may_have_gate()) co_return JobGates();
  auto status = co_await ask_gate(ctx, "status", Record{});
  co_return status ? JobGates(*status, ctx.shell.jobs.live()) : JobGates();
}

Task<List> ask_gate_runs(Context& ctx, int64_t since_ms) {
  constexpr int64_t kMost = 10'000;
  if (!may_have_gate()) co_return List();
  auto answer = co_await ask_gate(ctx, "history",
                                  Record{{"since_ms", Value(since_ms)}, {"limit", Value(kMost)}});
  co_return answer ? member_list(*answer, "runs") : List();
}

}  // namespace weir::builtins
