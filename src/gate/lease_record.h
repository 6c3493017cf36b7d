// LeaseRecord: what the gate knows about a request that was granted.
//
// Kept by the policy's State, stored by the store, shown by `gate status`. It is a
// value: what a client holds is the move-only Lease. A lease has the id of its
// request, so that one number names a command from its submission to its end.
#pragma once

#include "gate/request.h"

namespace weir::gate {

/// How much of the processors a lease gets beside what else wants them.
enum class Weight : std::uint8_t {
  low,     // bulk
  raised,  // bulk that starved
  full,    // focus, and what holds a lane that a focus request waits for
};

/// "low", "raised" or "full".
constexpr const char* weight_name(Weight weight) {
  return weight == Weight::full ? "full" : weight == Weight::raised ? "raised" : "low";
}

struct LeaseRecord {
  Request request;
  Instant granted{0};
  Band band = Band::bulk;  // now: a demoted lease is bulk, its request stays focus
  int issued = 0;  // tokens that were given, beyond the implicit slot
  int idle = 0;    // of those, lying in the pipe when last looked at

  // For the broker: what it remembers of the idle tokens.
  int idle_low = 0;        // the fewest that lay there since idle_since
  Instant idle_since{0};   // in the future for what a fresh lease was given
  int withdrawing = 0;     // asked back, not answered yet
  Instant sated_until{0};  // gets no tokens before: it let some lie idle
  Duration sated_for{0};   // doubles each time, 0 again when a token is used

  bool compiling = true;   // false: the lane is released, the tests or the program run
  Instant compiled{0};     // when that happened
  bool stopped = false;    // by a signal, as last looked at; for people: it keeps what it has
  bool resting = false;    // not compiling and hardly using a processor: costs no slot of bulk
  Weight weight = Weight::low;  // as it was decided last
  bool has_starved = false;     // once is enough
  Duration processor_time{0};          // as read last
  Instant measured{0};                 // when that was; 0: never
  std::optional<Instant> starved_since;  // under a fifth of its fair share since then

  std::uint64_t id() const { return request.id; }
  bool demoted() const { return band != request.band; }
};

}  // namespace weir::gate
