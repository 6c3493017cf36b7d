// decide: what is due by the clock, then who may start, then where tokens go.
#include <algorithm>

#include "gate/broker.h"
#include "gate/policy.h"

namespace weir::gate {
namespace {

// One call of decide.
struct Round {
  State& state;
  Instant now;
  Decision decision;

  Instant aged() const { return now - state.limits.age_bound; }
};

// ---- what is due ------------------------------------------------------------------

// A focus lease may last so long.
Duration focus_bound(const State& state, const Request& request) {
  return std::max(3 * request.usual.value_or(Duration{0}), state.limits.demote_after);
}

void demote_when_due(Round& round, LeaseRecord& lease) {
  if (lease.band != Band::focus) return;
  const Instant due = lease.granted + focus_bound(round.state, lease.request);
  if (due > round.now) return ask_again_at(round.decision, due);
  lease.band = Band::bulk;
  round.decision.actions.emplace_back(Demote{lease.id()});
}

void rest_when_due(Round& round, LeaseRecord& lease) {
  if (lease.compiling || lease.resting) return;
  const Instant due = lease.compiled + round.state.limits.run_bound;
  if (due > round.now) return ask_again_at(round.decision, due);
  lease.resting = true;
}

void raise_when_due(Round& round, LeaseRecord& lease) {
  if (lease.band != Band::bulk || lease.raised || !lease.starved_since) return;
  const Instant due = *lease.starved_since + round.state.limits.starve_bound;
  if (due > round.now) return;  // the next reading will say
  lease.raised = true;
  round.decision.actions.emplace_back(Raise{lease.id()});
}

void wake_when_due(Round& round) {
  std::optional<Instant>& wake = round.state.wake;
  if (wake && *wake <= round.now) {
    wake.reset();
    for (WaitingLine& line : round.state.lines) line.release(WaitingLine::kHeld);
  }
}

// ---- who may start ----------------------------------------------------------------

bool is_held(const Round& round, const Request& request) {
  if (request.not_before && *request.not_before > round.now) {
    std::optional<Instant>& wake = round.state.wake;
    wake = wake ? std::min(*wake, *request.not_before) : *request.not_before;
    return true;
  }
  return std::ranges::any_of(round.state.holds,
                             [&](const Hold& hold) { return hold.holds(request); });
}

// Under what the request is to be parked; nothing when its lane is free.
std::optional<std::uint64_t> blocker_of(const Round& round, const Candidate& candidate) {
  const State& state = round.state;
  const Request& request = state.waiting.at(candidate.id);
  if (is_held(round, request)) return WaitingLine::kHeld;
  if (request.lane.empty()) return std::nullopt;
  for (const auto& [id, lease] : state.leases) {
    if (lease.compiling && lease.request.lane.meets(request.lane)) return id;
  }
  for (const WaitingLine& line : state.lines) {
    const auto elder = line.claimant(candidate, round.aged(), [&](std::uint64_t id) {
      const Request& other = state.waiting.at(id);
      return !is_held(round, other) && other.lane.meets(request.lane);
    });
    if (elder) return elder;
  }
  return std::nullopt;
}

// The first of the line whose lane is free. Parks what stands before it.
const Request* first_startable(Round& round, Band band) {
  WaitingLine& line = round.state.line(band);
  while (const Candidate* candidate = line.next(round.aged())) {
    const auto blocker = blocker_of(round, *candidate);
    if (!blocker) return &round.state.waiting.at(candidate->id);
    line.park(candidate->id, *blocker);
  }
  return nullptr;
}

// What the machine says to one more lease, when others run.
bool is_withheld(const State& state, const Request& request) {
  const Pressure now = pressure(state);
  if (now == Pressure::memory || (now == Pressure::io && request.band == Band::bulk)) return true;
  return !has_memory_for(state, request, 1);
}

struct Room {
  bool slot = false;  // one more lease may start
  int tokens = 0;     // that could be given with it
};

Room room_in(const State& state, Band band) {
  const Books sum = books(state, band);
  if (band == Band::focus) return {sum.leases < state.focus_slots(), std::max(0, sum.pool)};
  // Demoted leases do not keep the first of the bulk from starting.
  const bool none_runs = std::ranges::none_of(state.leases, [](const auto& entry) {
    return entry.second.request.band == Band::bulk && costs_slot(entry.second);
  });
  const bool fits = sum.pool >= 1 && sum.leases < state.bulk_slots();
  return {fits || none_runs, std::max(0, sum.pool - 1)};
}

void grant(Round& round, const Request& asked, int tokens) {
  State& state = round.state;
  const std::uint64_t id = asked.id;
  LeaseRecord lease;
  lease.request = std::move(state.waiting.extract(id).mapped());
  lease.band = lease.request.band;
  lease.granted = round.now;
  lease.issued = tokens;
  lease.idle = lease.idle_low = lease.request.wants_tokens ? tokens : 0;
  lease.idle_since = round.now + state.limits.start_bound - state.limits.idle_bound;
  state.memory_promised += static_cast<std::uint64_t>(1 + tokens) * lease.request.memory_per_job;
  state.line(lease.band).remove(id, true);
  for (WaitingLine& line : state.lines) line.park_lane(lease.request.lane.hash(), id);
  demote_when_due(round, lease);
  state.leases.emplace(id, std::move(lease));
  round.decision.actions.emplace_back(Grant{id, tokens});
}

// Grants while there is room. True: a request could start if there were tokens for it.
bool admit(Round& round, Band band) {
  State& state = round.state;
  while (const Request* request = first_startable(round, band)) {
    const Room room = room_in(state, band);
    if (!room.slot) return band == Band::bulk && books(state, band).leases < state.bulk_slots();
    const bool runs = std::ranges::any_of(state.leases, [&](const auto& entry) {
      return costs_slot(entry.second) && (band == Band::bulk || entry.second.band == band);
    });
    if (runs && is_withheld(state, *request)) return false;
    int tokens = pressure(state) == Pressure::none ? room_for_tokens(state, *request, 0) : 0;
    tokens = std::min(tokens, room.tokens);
    grant(round, *request, tokens);
  }
  return false;
}

}  // namespace

Decision decide(State& state, Instant now) {
  Round round{state, now, {}};
  wake_when_due(round);
  for (auto& [id, lease] : state.leases) {
    demote_when_due(round, lease);
    rest_when_due(round, lease);
    raise_when_due(round, lease);
  }
  admit(round, Band::focus);
  issue_tokens(state, Band::focus, now, round.decision);
  issue_tokens(state, Band::bulk, now, round.decision);
  const bool wanted = admit(round, Band::bulk);
  withdraw_idle(state, Band::focus, false, now, round.decision);
  withdraw_idle(state, Band::bulk, wanted, now, round.decision);
  if (state.wake) ask_again_at(round.decision, *state.wake);
  return std::move(round.decision);
}

}  // namespace weir::gate
