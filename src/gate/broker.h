// The token broker: who gets the tokens of a band, and from whom they are taken.
//
// The part of the policy that moves tokens between leases; called by decide only.
// Eldest first: a lease that has used all its tokens gets what is in the pool. A
// token that lay idle for the idle bound is taken back when somebody wants it, and
// its lease gets none for a while, then one at a time, until it uses them.
#pragma once

#include "gate/cause.h"
#include "gate/policy.h"

namespace weir::gate {

/// Counts for the slots of its band: what compiles, and of bulk what it runs then, until it rests.
bool costs_slot(const LeaseRecord& lease);
/// Why no tokens are given out now: memory or io_pressure.
std::optional<Cause> pressure(const State& state);

/// How many more tokens a request with `issued` of them may have, by its cap and by memory.
int room_for_tokens(const State& state, const Request& request, int issued);
/// Whether the memory of one more job is there.
bool has_memory_for(const State& state, const Request& request, int jobs);

/// It has used all that it was given, as far as is known, and may have more.
bool may_want_tokens(const State& state, const LeaseRecord& lease);

/// Gives the pool of the band to the leases that can use it.
void issue_tokens(State& state, Band band, Instant now, Decision& decision);
/// Takes idle tokens back. `wanted`: a request could start with them.
void withdraw_idle(State& state, Band band, bool wanted, Instant now, Decision& decision);

/// The decision is to be asked for again at `when`, at the latest.
void ask_again_at(Decision& decision, Instant when);

}  // namespace weir::gate
