#include "gate/admission.h"

#include <algorithm>
#include <tuple>

#include "gate/broker.h"

namespace weir::gate {

bool is_held(const State& state, const Request& request, Instant now) {
  if (request.not_before && *request.not_before > now) return true;
  if (state.locked_out.contains(request.id)) return true;
  return std::ranges::any_of(state.holds, [&](const Hold& hold) { return hold.holds(request); });
}

bool holds_lane(const LeaseRecord& lease, const Request& request) {
  return lease.compiling && lease.request.lane.meets(request.lane);
}

bool goes_aside(const State& state, const Request& request) {
  if (request.band != Band::focus || request.side_lane.empty()) return false;
  return std::ranges::any_of(state.leases, [&](const auto& entry) {
    return entry.second.band == Band::bulk && holds_lane(entry.second, request);
  });
}

Weight weight_of(const State& state, const LeaseRecord& lease, Instant now) {
  if (lease.band == Band::focus) return Weight::full;
  const bool delays_focus =
      lease.compiling && !lease.request.lane.empty() &&
      state.line(Band::focus).has_any(lease.request.lane.signature(), [&](std::uint64_t id) {
        const Request& request = state.waiting.at(id);
        return holds_lane(lease, request) && !is_held(state, request, now);
      });
  if (delays_focus) return Weight::full;
  return lease.has_starved ? Weight::raised : Weight::low;
}

Instant aged_before(const State& state, Instant now) { return now - state.limits.age_bound; }

bool has_promise(const State& state, const Request& elder, const Request& younger, Instant now) {
  return elder.submitted < aged_before(state, now) && elder.bump >= younger.bump &&
         std::tie(elder.submitted, elder.id) < std::tie(younger.submitted, younger.id) &&
         elder.lane.meets(younger.lane) && !is_held(state, elder, now);
}

bool bulk_runs(const State& state) {
  return std::ranges::any_of(state.leases, [](const auto& entry) {
    return entry.second.request.band == Band::bulk && costs_slot(entry.second);
  });
}

Room room_in(const State& state, Band band) {
  const Books sum = books(state, band);
  if (band == Band::focus) {
    return {sum.leases < state.focus_slots(), Cause::cpu, std::max(0, sum.pool)};
  }
  // Demoted leases do not keep the first of the bulk from starting.
  const bool has_slot = sum.leases < state.bulk_slots();
  return {!bulk_runs(state) || (has_slot && sum.pool >= 1), has_slot ? Cause::tokens : Cause::cpu,
          std::max(0, sum.pool - 1)};
}

std::optional<Cause> withheld_by(const State& state, const Request& request) {
  const bool other_runs = std::ranges::any_of(state.leases, [&](const auto& entry) {
    const LeaseRecord& lease = entry.second;
    return costs_slot(lease) && (request.band == Band::bulk || lease.band == request.band);
  });
  if (!other_runs) return std::nullopt;
  const std::optional<Cause> pressed = pressure(state);
  if (pressed == Cause::memory || !has_memory_for(state, request, 1)) return Cause::memory;
  return request.band == Band::bulk ? pressed : std::nullopt;
}

}  // namespace weir::gate
