// decide: what is due by the clock, then who may start, then where tokens go.
#include <algorithm>

#include "gate/admission.h"
#include "gate/broker.h"
#include "gate/policy.h"

namespace weir::gate {
namespace {

// One call of decide.
struct Round {
  State& state;
  Instant now;
  Decision decision;
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

// Under what the request is to be parked; nothing when its lane is free.
std::optional<std::uint64_t> blocker_of(const Round& round, const Candidate& candidate) {
  const State& state = round.state;
  const Request& request = state.waiting.at(candidate.id);
  if (is_held(state, request, round.now)) return WaitingLine::kHeld;
  if (request.lane.empty()) return std::nullopt;
  for (const auto& [id, lease] : state.leases) {
    if (holds_lane(lease, request)) return id;
  }
  const Instant aged = aged_before(state, round.now);
  for (const WaitingLine& line : state.lines) {
    const auto elder = line.claimant(candidate, aged, [&](std::uint64_t id) {
      return has_promise(state, state.waiting.at(id), request, round.now);
    });
    if (elder) return elder;
  }
  return std::nullopt;
}

// A time for which it is held is a time to decide again.
void wake_for(Round& round, const Request& request) {
  if (!request.not_before || *request.not_before <= round.now) return;
  std::optional<Instant>& wake = round.state.wake;
  wake = wake ? std::min(*wake, *request.not_before) : *request.not_before;
}

// The first of the line whose lane is free. Parks what stands before it.
const Request* first_startable(Round& round, Band band) {
  WaitingLine& line = round.state.line(band);
  while (const Candidate* candidate = line.next(aged_before(round.state, round.now))) {
    const auto blocker = blocker_of(round, *candidate);
    if (!blocker) return &round.state.waiting.at(candidate->id);
    if (*blocker == WaitingLine::kHeld) wake_for(round, round.state.waiting.at(candidate->id));
    line.park(candidate->id, *blocker);
  }
  return nullptr;
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
    if (!room.slot) return room.shortage == Cause::tokens;
    if (withheld_by(state, *request)) return false;
    const int most = pressure(state) ? 0 : room_for_tokens(state, *request, 0);
    const int tokens = std::min(most, room.tokens);
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
  // The slot of the first bulk comes before the tokens of what was demoted.
  if (!bulk_runs(state)) admit(round, Band::bulk);
  issue_tokens(state, Band::bulk, now, round.decision);
  const bool wanted = admit(round, Band::bulk);
  withdraw_idle(state, Band::focus, false, now, round.decision);
  withdraw_idle(state, Band::bulk, wanted, now, round.decision);
  if (state.wake) ask_again_at(round.decision, *state.wake);
  return std::move(round.decision);
}

}  // namespace weir::gate
