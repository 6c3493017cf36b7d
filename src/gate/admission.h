// The rules of admission, one question each: may this request start now, and why not?
//
// Pure and shared by decide, which acts on the answers, and explain, which tells
// them; so that what is said is what was decided.
#pragma once

#include "gate/cause.h"
#include "gate/policy.h"

namespace weir::gate {

/// Paused, before its time, or its lane is not ours to give.
bool is_held(const State& state, const Request& request, Instant now);

/// A lease that compiles in a lane that meets the request's.
bool holds_lane(const LeaseRecord& lease, const Request& request);

/// Bulk has its lane, and it can build in another meanwhile.
bool goes_aside(const State& state, const Request& request);

/// Bulk weighs little, so that focus is quick beside it; but not while focus waits for its lane.
Weight weight_of(const State& state, const LeaseRecord& lease, Instant now);

/// The lane of the elder is promised to it, and the younger must not take it.
bool has_promise(const State& state, const Request& elder, const Request& younger, Instant now);
/// Submitted before this is past the age bound.
Instant aged_before(const State& state, Instant now);

/// A lease that was not demoted to bulk but is bulk of its own, and costs a slot.
bool bulk_runs(const State& state);

/// Room of a band for one more lease.
struct Room {
  bool slot = false;
  Cause shortage = Cause::tokens;  // when there is no slot: tokens or cpu
  int tokens = 0;                  // that could be given with the slot
};
Room room_in(const State& state, Band band);

/// Memory or io pressure that keeps one more lease from starting. Never when nothing runs:
/// of each band one lease may always start, for bulk one of all.
std::optional<Cause> withheld_by(const State& state, const Request& request);

}  // namespace weir::gate
