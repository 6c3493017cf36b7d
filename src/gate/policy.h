// The admission policy: who may start, and who gets how many tokens.
//
// Pure functions over a State: no clock, no I/O. The daemon tells what happened
// with one of the functions below and then calls decide, which changes the state
// and says what is to be done; each action is already booked when it is returned.
// Guarantees (tests/gate/policy_model_test.cpp): no two leases hold meeting lanes;
// a band's slots and tokens add up to its capacity; focus is capped; a bulk lease can
// start whatever focus does; every waiter is granted in the end or `explain` says why not.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "gate/policy_state.h"

namespace weir::gate {

/// The request is a lease now, with so many tokens beyond its implicit slot.
/// Without wants_tokens it may run 1 + tokens jobs, and this never changes.
struct Grant {
  std::uint64_t id;
  int tokens;
};
/// Put n tokens into its pipe. When that fails, say `withdrawn`.
struct Issue {
  std::uint64_t id;
  int tokens;
};
/// Take back at most n tokens that lie in its pipe; answer with `withdrawn`, 0 included.
struct Withdraw {
  std::uint64_t id;
  int tokens;
};
/// Was focus for too long: it is bulk now, with a low weight.
struct Demote {
  std::uint64_t id;
};
/// Its weight is another now. That of a grant is in its record.
struct Weigh {
  std::uint64_t id;
  Weight weight;
};

using Action = std::variant<Grant, Issue, Withdraw, Demote, Weigh>;

struct Decision {
  std::vector<Action> actions;       // in the order in which they are to be done
  // Decide again then, at the latest, when nothing happens before.
  std::optional<Instant> ask_again;
};

/// To be called after one or more of the events below, and at `ask_again`.
Decision decide(State& state, Instant now);

// ---- events: an id that is not known (any more) is ignored -----------------------

void submit(State& state, Request request);
/// A waiting request that nobody waits for any more.
void client_gone(State& state, std::uint64_t id);
/// After a restart: a lease that still lives. Its lane is not checked.
void adopt(State& state, LeaseRecord lease);
/// No process of it is left. What was issued is back in the pool, whatever became of it.
void ended(State& state, std::uint64_t id);
/// What was just granted cannot have its lane: a command without the daemon holds the lock files.
/// It waits again, at its old place, and like all that want this lane takes no part before
/// `lane_may_be_free`.
void lane_is_locked(State& state, std::uint64_t id);
void lane_may_be_free(State& state, std::uint64_t id);
/// The compile phase is over: the lane is free, idle tokens can be taken back at once.
void compile_over(State& state, std::uint64_t id, Instant now);
/// So many of its tokens lie in the pipe.
void idle_tokens(State& state, std::uint64_t id, int idle, Instant now);
/// The answer to Withdraw: so many were really taken.
void withdrawn(State& state, std::uint64_t id, int tokens, Instant now);
/// Processor time that all processes of the lease have used so far.
void processor_time(State& state, std::uint64_t id, Duration used, Instant now);
void machine_read(State& state, const Machine& machine);
/// Its command is stopped, or goes on.
void stop_seen(State& state, std::uint64_t id, bool stopped);

// ---- what people ask for -----------------------------------------------------------

/// Replaces a hold on the same target.
void pause(State& state, Hold hold);
/// Whether there was such a hold.
bool resume(State& state, const Hold& target);
void set_limits(State& state, const Limits& limits);
/// To the front of its line. False: it does not wait.
bool bump(State& state, std::uint64_t id);

// ---- the books ---------------------------------------------------------------------

/// implicit + issued + pool = capacity. In the focus band the implicit slots are counted
/// apart (they are a right to overcommit), so its capacity is tokens alone. A negative
/// pool is a debt, from a demotion or a smaller limit: nothing is given until it is paid.
struct Books {
  int capacity = 0;
  int leases = 0;    // those that cost a slot
  int implicit = 0;  // what their slots cost
  int issued = 0;
  int pool = 0;
};
Books books(const State& state, Band band);

}  // namespace weir::gate
