#include "gate/policy.h"

#include <algorithm>

#include "gate/broker.h"

namespace weir::gate {
namespace {

LeaseRecord* find_lease(State& state, std::uint64_t id) {
  const auto found = state.leases.find(id);
  return found == state.leases.end() ? nullptr : &found->second;
}

// What waited for this lane, or behind this claim, is looked at again.
void release(State& state, std::uint64_t blocker) {
  for (WaitingLine& line : state.lines) line.release(blocker);
}

constexpr double kStarvedShare = 0.2;
// Of one processor: below the first a run phase rests, above the second it works.
constexpr double kResting = 0.05;
constexpr double kWorking = 0.25;

// Processors that one lease could have if all had the same.
double fair_share(const State& state, const LeaseRecord& lease) {
  const auto running = std::ranges::count_if(
      state.leases, [](const auto& entry) { return costs_slot(entry.second); });
  const double share =
      static_cast<double>(state.jobs()) / static_cast<double>(std::max<std::ptrdiff_t>(1, running));
  return std::min(share, 1.0 + lease.issued);
}

}  // namespace

bool Hold::holds(const Request& request) const {
  switch (kind) {
    case Kind::all:
      return true;
    case Kind::band:
      return name == band_name(request.band);
    case Kind::requester:
      // A user is all of their sessions.
      return name == request.requester || request.requester.starts_with(name + "/");
    case Kind::lane:
      return request.lane.meets(LaneKey({{name, true}}));
  }
  return false;
}

int State::jobs() const {
  const int all = limits.jobs > 0 ? limits.jobs : machine.processors;
  return std::max(1, all - machine.slots_taken);
}

int State::focus_slots() const {
  return limits.focus_slots > 0 ? limits.focus_slots : std::max(1, jobs() / 4);
}

int State::bulk_slots() const { return limits.bulk_slots > 0 ? limits.bulk_slots : jobs(); }

Books books(const State& state, Band band) {
  Books sum;
  for (const auto& [id, lease] : state.leases) {
    if (lease.band != band) continue;
    sum.leases += costs_slot(lease) ? 1 : 0;
    sum.issued += lease.issued;
  }
  const bool bulk = band == Band::bulk;
  sum.implicit = bulk ? sum.leases : 0;
  sum.capacity = bulk ? state.jobs() : state.jobs() - 1;
  sum.pool = sum.capacity - sum.implicit - sum.issued;
  return sum;
}

void submit(State& state, Request request) {
  state.line(request.band).add(request);
  const std::uint64_t id = request.id;
  state.waiting.emplace(id, std::move(request));
}

void client_gone(State& state, std::uint64_t id) {
  const auto found = state.waiting.find(id);
  if (found == state.waiting.end()) return;
  state.line(found->second.band).remove(id, false);
  state.waiting.erase(found);
  state.locked_out.erase(id);
  release(state, id);
}

void adopt(State& state, LeaseRecord lease) {
  const std::uint64_t id = lease.id();
  state.leases.insert_or_assign(id, std::move(lease));
}

void ended(State& state, std::uint64_t id) {
  if (state.leases.erase(id) > 0) release(state, id);
}

void lane_is_locked(State& state, std::uint64_t id) {
  auto lease = state.leases.extract(id);
  if (lease.empty()) return;
  submit(state, std::move(lease.mapped().request));
  const LaneKey& lane = state.waiting.at(id).lane;
  for (const auto& [other, request] : state.waiting) {
    if (request.lane != lane) continue;
    state.locked_out.insert(other);
    release(state, other);  // it claims no lane
  }
}

void lane_may_be_free(State& state, std::uint64_t id) {
  if (state.locked_out.erase(id) > 0) release(state, WaitingLine::kHeld);
}

void compile_over(State& state, std::uint64_t id, Instant now) {
  LeaseRecord* lease = find_lease(state, id);
  if (lease == nullptr || !lease->compiling) return;
  lease->compiling = false;
  lease->compiled = now;
  release(state, id);
}

void idle_tokens(State& state, std::uint64_t id, int idle, Instant now) {
  LeaseRecord* lease = find_lease(state, id);
  if (lease == nullptr) return;
  idle = std::clamp(idle, 0, lease->issued);
  if (idle < lease->idle) lease->sated_for = Duration{0};
  if (idle == 0 || lease->idle_low == 0) {
    lease->idle_low = idle;
    lease->idle_since = now;
  } else {
    lease->idle_low = std::min(lease->idle_low, idle);
  }
  lease->idle = idle;
}

void withdrawn(State& state, std::uint64_t id, int tokens, Instant now) {
  LeaseRecord* lease = find_lease(state, id);
  if (lease == nullptr) return;
  tokens = std::clamp(tokens, 0, lease->issued);
  lease->issued -= tokens;
  lease->withdrawing = 0;
  lease->idle = std::clamp(lease->idle - tokens, 0, lease->issued);
  lease->idle_low = lease->idle;
  lease->idle_since = now;
}

void processor_time(State& state, std::uint64_t id, Duration used, Instant now) {
  LeaseRecord* lease = find_lease(state, id);
  if (lease == nullptr) return;
  used = std::max(used, lease->processor_time);  // what ended and was not waited for is missing
  const Instant before = lease->measured;
  const Duration more = used - lease->processor_time;
  lease->processor_time = used;
  lease->measured = now;
  if (before == Instant{0} || now <= before) return;
  const double rate =
      static_cast<double>(more.count()) / static_cast<double>((now - before).count());
  if (!lease->compiling && now - lease->compiled < state.limits.run_bound) {
    if (rate < kResting) lease->resting = true;
    if (rate > kWorking) lease->resting = false;
  }
  if (rate >= kStarvedShare * fair_share(state, *lease)) {
    lease->starved_since.reset();
  } else if (!lease->starved_since) {
    lease->starved_since = before;
  }
}

void machine_read(State& state, const Machine& machine) {
  state.machine = machine;
  state.memory_promised = 0;
}

void stop_seen(State& state, std::uint64_t id, bool stopped) {
  if (LeaseRecord* lease = find_lease(state, id)) lease->stopped = stopped;
}

void pause(State& state, Hold hold) {
  resume(state, hold);
  // What is held claims no lane.
  for (const auto& [id, request] : state.waiting) {
    if (hold.holds(request)) release(state, id);
  }
  state.holds.push_back(std::move(hold));
}

bool resume(State& state, const Hold& target) {
  const auto removed =
      std::erase_if(state.holds, [&](const Hold& hold) { return hold.same_target(target); });
  if (removed > 0) release(state, WaitingLine::kHeld);
  return removed > 0;
}

void set_limits(State& state, const Limits& limits) { state.limits = limits; }

bool bump(State& state, std::uint64_t id) {
  const auto found = state.waiting.find(id);
  if (found == state.waiting.end()) return false;
  int highest = 0;
  for (const auto& [other, request] : state.waiting) {
    if (request.band == found->second.band) highest = std::max(highest, request.bump);
  }
  found->second.bump = highest + 1;
  state.line(found->second.band).set_bump(id, found->second.bump);
  return true;
}

}  // namespace weir::gate
