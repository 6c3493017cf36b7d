#include "gate/broker.h"

#include <algorithm>
#include <utility>

namespace weir::gate {
namespace {

constexpr Duration kFirstSated{250};
constexpr Duration kLongestSated{2000};

std::vector<LeaseRecord*> eldest_first(State& state, Band band) {
  std::vector<LeaseRecord*> leases;
  for (auto& [id, lease] : state.leases) {
    if (lease.band == band) leases.push_back(&lease);
  }
  std::ranges::sort(
      leases, {}, [](const LeaseRecord* lease) { return std::pair(lease->granted, lease->id()); });
  return leases;
}

bool is_hungry(const State& state, const LeaseRecord& lease, Instant now) {
  return may_want_tokens(state, lease) && lease.sated_until <= now;
}

void give(State& state, LeaseRecord& lease, int tokens, Instant now, Decision& decision) {
  lease.issued += tokens;
  lease.idle = lease.idle_low = tokens;
  lease.idle_since = now;
  state.memory_promised += static_cast<std::uint64_t>(tokens) * lease.request.memory_per_job;
  decision.actions.emplace_back(Issue{lease.id(), tokens});
}

void take(LeaseRecord& lease, Instant now, Decision& decision) {
  lease.withdrawing = lease.idle_low;
  lease.sated_for =
      lease.sated_for == Duration{0} ? kFirstSated : std::min(2 * lease.sated_for, kLongestSated);
  lease.sated_until = now + lease.sated_for;
  decision.actions.emplace_back(Withdraw{lease.id(), lease.withdrawing});
}

}  // namespace

bool may_want_tokens(const State& state, const LeaseRecord& lease) {
  return lease.request.wants_tokens && lease.compiling && lease.withdrawing == 0 &&
         lease.idle == 0 && room_for_tokens(state, lease.request, lease.issued) > 0;
}

bool costs_slot(const LeaseRecord& lease) {
  if (lease.compiling) return true;
  // The slots of focus are for what compiles; what runs on is soon bulk, and pays there.
  return lease.band == Band::bulk && !lease.resting;
}

std::optional<Cause> pressure(const State& state) {
  if (state.machine.memory_some10 > state.limits.memory_pressure) return Cause::memory;
  if (state.machine.io_full10 > state.limits.io_pressure) return Cause::io_pressure;
  return std::nullopt;
}

bool has_memory_for(const State& state, const Request& request, int jobs) {
  const std::uint64_t taken = std::min(state.memory_promised, state.machine.memory_available);
  const std::uint64_t left = state.machine.memory_available - taken;
  return request.memory_per_job == 0 ||
         left / request.memory_per_job >= static_cast<std::uint64_t>(jobs);
}

int room_for_tokens(const State& state, const Request& request, int issued) {
  int most = state.jobs() - 1;
  if (request.max_jobs > 0) most = std::min(most, request.max_jobs - 1);
  if (!request.wants_tokens && request.max_jobs == 0) most = 0;
  while (most > issued && !has_memory_for(state, request, 1 + most)) --most;
  return std::max(0, most - issued);
}

void ask_again_at(Decision& decision, Instant when) {
  if (!decision.ask_again || when < *decision.ask_again) decision.ask_again = when;
}

void issue_tokens(State& state, Band band, Instant now, Decision& decision) {
  if (pressure(state)) return;
  int pool = books(state, band).pool;
  for (LeaseRecord* lease : eldest_first(state, band)) {
    if (pool <= 0) return;
    if (!may_want_tokens(state, *lease)) continue;
    if (!is_hungry(state, *lease, now)) {
      ask_again_at(decision, lease->sated_until);
      continue;
    }
    const int room = room_for_tokens(state, lease->request, lease->issued);
    const int tokens = lease->sated_for > Duration{0} ? 1 : std::min(pool, room);
    give(state, *lease, tokens, now, decision);
    pool -= tokens;
  }
}

void withdraw_idle(State& state, Band band, bool wanted, Instant now, Decision& decision) {
  wanted = wanted || books(state, band).pool < 0 || pressure(state).has_value();
  const std::vector<LeaseRecord*> leases = eldest_first(state, band);
  const auto hungry = [&](const LeaseRecord* lease) { return is_hungry(state, *lease, now); };
  if (!wanted) wanted = std::ranges::any_of(leases, hungry);
  for (LeaseRecord* lease : leases) {
    if (!lease->request.wants_tokens || lease->idle_low == 0 || lease->withdrawing > 0) continue;
    const Instant due = lease->idle_since + state.limits.idle_bound;
    if (!lease->compiling || (wanted && due <= now)) {
      take(*lease, now, decision);
    } else if (wanted) {
      ask_again_at(decision, due);
    }
  }
}

}  // namespace weir::gate
