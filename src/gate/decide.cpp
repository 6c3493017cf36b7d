// decide: what is due by the clock, then who may start, where tokens go, and who weighs how much.
#include <algorithm>
#include <utility>

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
  lease.weight = Weight::low;
  // Whoever has a side lane may use it now.
  for (WaitingLine& line : round.state.lines) line.release(lease.id());
  round.decision.actions.emplace_back(Demote{lease.id()});
}

void rest_when_due(Round& round, LeaseRecord& lease) {
  if (lease.compiling || lease.resting) return;
  const Instant due = lease.compiled + round.state.limits.run_bound;
  if (due > round.now) return ask_again_at(round.decision, due);
  lease.resting = true;
}

void note_starving(const Round& round, LeaseRecord& lease) {
  if (!lease.starved_since) return;
  const Instant due = *lease.starved_since + round.state.limits.starve_bound;
  lease.has_starved = lease.has_starved || due <= round.now;  // else the next reading will say
}

void wake_when_due(Round& round) {
  std::optional<Instant>& wake = round.state.wake;
  if (wake && *wake <= round.now) {
    wake.reset();
    for (WaitingLine& line : round.state.lines) line.release(WaitingLine::kHeld);
  }
}

// ---- who may start ----------------------------------------------------------------

// The lease that has its lane, or the elder that it is promised to; nothing when it is free.
std::optional<std::uint64_t> lane_blocker(const Round& round, const Candidate& candidate,
                                          const Request& request) {
  const State& state = round.state;
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

Request moved_aside(Request request) {
  request.lane = std::exchange(request.side_lane, {});
  request.is_aside = true;
  return request;
}

// Under what the request is to be parked; nothing when its lane is free, or its side lane will do.
std::optional<std::uint64_t> blocker_of(const Round& round, const Candidate& candidate) {
  const Request& request = round.state.waiting.at(candidate.id);
  if (is_held(round.state, request, round.now)) return WaitingLine::kHeld;
  if (!goes_aside(round.state, request)) return lane_blocker(round, candidate, request);
  Candidate aside = candidate;
  aside.lane_signature = request.side_lane.signature();
  return lane_blocker(round, aside, moved_aside(request));
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
  const bool is_aside = goes_aside(state, asked);
  lease.request = std::move(state.waiting.extract(id).mapped());
  if (is_aside) lease.request = moved_aside(std::move(lease.request));
  lease.band = lease.request.band;
  lease.granted = round.now;
  lease.weight = lease.band == Band::focus ? Weight::full : Weight::low;
  lease.issued = tokens;
  lease.idle = lease.idle_low = lease.request.wants_tokens ? tokens : 0;
  lease.idle_since = round.now + state.limits.start_bound - state.limits.idle_bound;
  state.memory_promised += static_cast<std::uint64_t>(1 + tokens) * lease.request.memory_per_job;
  state.line(lease.band).remove(id, true);
  for (WaitingLine& line : state.lines) {
    if (is_aside) line.release(id);  // the lane that was promised to it
    line.park_lane(lease.request.lane.hash(), id);
  }
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

// ---- how much they weigh ------------------------------------------------------------

void weigh_all(Round& round) {
  for (auto& [id, lease] : round.state.leases) {
    const Weight weight = weight_of(round.state, lease, round.now);
    if (weight == lease.weight) continue;
    lease.weight = weight;
    round.decision.actions.emplace_back(Weigh{id, weight});
  }
}

}  // namespace

Decision decide(State& state, Instant now) {
  Round round{state, now, {}};
  wake_when_due(round);
  for (auto& [id, lease] : state.leases) {
    demote_when_due(round, lease);
    rest_when_due(round, lease);
    note_starving(round, lease);
  }
  admit(round, Band::focus);
  issue_tokens(state, Band::focus, now, round.decision);
  // The slot of the first bulk comes before the tokens of what was demoted.
  if (!bulk_runs(state)) admit(round, Band::bulk);
  issue_tokens(state, Band::bulk, now, round.decision);
  const bool wanted = admit(round, Band::bulk);
  withdraw_idle(state, Band::focus, false, now, round.decision);
  withdraw_idle(state, Band::bulk, wanted, now, round.decision);
  weigh_all(round);
  if (state.wake) ask_again_at(round.decision, *state.wake);
  return std::move(round.decision);
}

}  // namespace weir::gate
