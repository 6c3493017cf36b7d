#include "gate/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gate/admission.h"
#include "gate/broker.h"
#include "gate/estimate.h"

namespace weir::gate {
namespace {

Value number(std::uint64_t n) {
  return Value(static_cast<std::int64_t>(std::min<std::uint64_t>(n, INT64_MAX)));
}
Value ms(Duration duration) { return Value(std::int64_t{duration.count()}); }
Value ms(std::optional<Duration> duration) { return duration ? ms(*duration) : Value(); }

bool is_late(const Request& request, Duration elapsed) {
  return request.late_after && elapsed > *request.late_after;
}

// What leases and waiting requests have in common.
Record request_report(const Request& request, const char* standing, Band band) {
  return Record{{"id", number(request.id)},
                {"state", standing},
                {"band", band_name(band)},
                {"requester", request.requester},
                {"command", request.command},
                {"directory", request.directory},
                {"lane", request.lane.shown()},
                {"pid", Value(std::int64_t{request.client.pid})},
                {"group", Value(std::int64_t{request.group})}};
}

Record holder_report(const Holder& holder, Instant now) {
  return Record{{"id", number(holder.id)},
                {"state", holder.waiting   ? "waiting"
                          : holder.stopped ? "stopped"
                                           : "running"},
                {"command", holder.command},
                {"requester", holder.requester},
                {"directory", holder.directory},
                {"time_ms", ms(now - holder.since)},
                {"usual_ms", ms(holder.usual)},
                {"left_ms", ms(holder.left)},
                {"late", holder.late}};
}

Record reason_report(const Reason& reason, Instant now) {
  List holders;
  for (const Holder& holder : reason.holders) holders.emplace_back(holder_report(holder, now));
  return Record{{"cause", Value(cause_name(reason.cause))},
                {"what", reason.what},
                {"wait_ms", ms(reason.wait)},
                {"holders", std::move(holders)}};
}

Record band_report(const State& state, Band band) {
  const Books sum = books(state, band);
  const auto waiting = std::ranges::count_if(
      state.waiting, [&](const auto& entry) { return entry.second.band == band; });
  return Record{{"leases", sum.leases},
                {"slots", band == Band::focus ? state.focus_slots() : state.bulk_slots()},
                {"capacity", sum.capacity},
                {"implicit", sum.implicit},
                {"issued", sum.issued},
                {"pool", sum.pool},
                {"waiting", Value(std::int64_t{waiting})}};
}

Record machine_report(const State& state) {
  const Machine& machine = state.machine;
  const std::optional<Cause> pressed = pressure(state);
  const bool was_read = machine.memory_available != Machine().memory_available;
  return Record{{"memory_available", was_read ? number(machine.memory_available) : Value()},
                {"memory_some10", machine.memory_some10},
                {"io_full10", machine.io_full10},
                {"slots_taken", machine.slots_taken},
                {"pressure", pressed ? Value(cause_name(*pressed)) : Value()}};
}

}  // namespace

Record lease_report(const LeaseRecord& lease, Instant now) {
  const Duration elapsed = now - lease.granted;
  Record report = request_report(lease.request, lease.stopped ? "stopped" : "running", lease.band);
  report.set("demoted", lease.demoted());
  report.set("weight", weight_name(lease.weight));
  report.set("phase", lease.compiling ? "compile" : "run");
  report.set("resting", lease.resting);
  report.set("time_ms", ms(elapsed));
  report.set("waited_ms", ms(lease.granted - lease.request.submitted));
  report.set("usual_ms", ms(lease.request.usual));
  report.set("left_ms", lease.stopped ? Value() : ms(time_left(lease.request.usual, elapsed)));
  report.set("late", is_late(lease.request, elapsed));
  report.set("jobs", 1 + lease.issued);
  report.set("tokens", lease.issued);
  report.set("idle", lease.idle);
  report.set("processor_ms", ms(lease.processor_time));
  return report;
}

Record explanation_report(const State& state, const Explanation& about, Instant now) {
  const bool waits = about.standing == Explanation::Standing::waiting;
  const auto lease = state.leases.find(about.id);
  const auto waiting = state.waiting.find(about.id);
  Record report;
  if (waiting != state.waiting.end()) {
    report = request_report(waiting->second, "waiting", waiting->second.band);
  } else if (lease != state.leases.end()) {
    report = lease_report(lease->second, now);
  }
  if (waits) report.set("time_ms", ms(now - about.since));
  report.set("position", about.position);
  report.set("in_line", about.in_line);
  report.set("wait_ms", ms(about.wait));
  List reasons;
  for (const Reason& reason : about.reasons) reasons.emplace_back(reason_report(reason, now));
  report.set("reasons", std::move(reasons));
  List remedies;
  for (const std::string& remedy : about.remedies) remedies.emplace_back(remedy);
  report.set("remedies", std::move(remedies));
  return report;
}

Record status_report(const State& state, Instant now) {
  List leases;
  for (const auto& [id, lease] : state.leases) leases.emplace_back(lease_report(lease, now));
  List waiting;
  for (const Explanation& each : explain_waiting(state, now)) {
    waiting.emplace_back(explanation_report(state, each, now));
  }
  List holds;
  for (const Hold& hold : state.holds) holds.emplace_back(hold_report(hold, now));
  return Record{{"processors", state.machine.processors},
                {"jobs", state.jobs()},
                {"bands", Record{{"focus", band_report(state, Band::focus)},
                                 {"bulk", band_report(state, Band::bulk)}}},
                {"leases", std::move(leases)},
                {"waiting", std::move(waiting)},
                {"holds", std::move(holds)},
                {"limits", limits_report(state.limits)},
                {"machine", machine_report(state)}};
}

List lanes_report(const State& state, Instant now) {
  constexpr const char* kOfHolder[] = {"state", "command", "requester",
                                       "band",  "time_ms", "left_ms"};
  std::map<LanePart, List> wanted;  // who waits for it
  std::map<LanePart, const LeaseRecord*> held;
  for (const auto& [id, lease] : state.leases) {
    if (!lease.compiling) continue;
    for (const LanePart& part : lease.request.lane.parts()) {
      held[part] = &lease;
      wanted[part];
    }
  }
  for (const auto& [id, request] : state.waiting) {
    for (const LanePart& part : request.lane.parts()) wanted[part].push_back(number(id));
  }
  List rows;
  for (auto& [part, waiting] : wanted) {
    Record row{{"lane", LaneKey({part}).shown()}};
    const auto holder = held.find(part);
    if (holder != held.end()) {
      const Record lease = lease_report(*holder->second, now);
      row.set("holder", *lease.find("id"));
      for (const char* name : kOfHolder) row.set(name, *lease.find(name));
      row.set("late", *lease.find("late"));
    } else {
      row.set("holder", Value());
      for (const char* name : kOfHolder) row.set(name, Value());
      row.set("late", false);
    }
    row.set("waiting", std::move(waiting));
    rows.emplace_back(std::move(row));
  }
  return rows;
}

Result<Record> why_report(const State& state, std::uint64_t id, Instant now) {
  const Explanation about = explain(state, id, now);
  if (about.standing == Explanation::Standing::unknown) {
    return fail(ErrorKind::not_found, fmt::format("nothing with the id {} waits or runs", id));
  }
  return explanation_report(state, about, now);
}

Record plan_report(State state, Request request, Instant now) {
  const std::uint64_t last_lease = state.leases.empty() ? 0 : state.leases.rbegin()->first;
  const std::uint64_t last_waiting = state.waiting.empty() ? 0 : state.waiting.rbegin()->first;
  const std::uint64_t id = std::max(last_lease, last_waiting) + 1;
  request.id = id;
  request.submitted = now;
  submit(state, std::move(request));
  decide(state, now);
  const auto lease = state.leases.find(id);
  if (lease == state.leases.end()) {
    Record report = explanation_report(state, explain(state, id, now), now);
    report.set("state", "would_wait");
    report.erase("id");
    report.set("remedies", List{});
    return report;
  }
  Record report = lease_report(lease->second, now);
  report.set("state", "would_start");
  report.erase("id");
  return report;
}

}  // namespace weir::gate
