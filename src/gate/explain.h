// explain: why a request waits, as typed reasons.
//
// Pure; reads a State. Called by the daemon for its waiting notices and for `gate
// why`. Every waiting request has at least one reason unless the next decide
// grants it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gate/cause.h"
#include "gate/policy_state.h"

namespace weir::gate {

/// Who has what is waited for.
struct Holder {
  std::uint64_t id = 0;
  std::string command;
  std::string requester;
  std::string directory;
  bool waiting = false;             // not a lease: it stands before in the line
  bool stopped = false;             // a lease that does not go on by itself
  Instant since{0};                 // granted, or submitted when it waits
  std::optional<Duration> usual;    // of all of it
  std::optional<Duration> left;     // until it ends; 0: it should have; none while it is stopped
  bool late = false;                // longer than nine in ten of its runs

  friend bool operator==(const Holder&, const Holder&) = default;
};

struct Reason {
  Cause cause = Cause::lane;
  std::string what;                // the lane, the hold, the figure that is too high; may be ""
  std::vector<Holder> holders;     // eldest first
  std::optional<Duration> wait;    // how long it will hold, when that can be told

  friend bool operator==(const Reason&, const Reason&) = default;
};

struct Explanation {
  enum class Standing : std::uint8_t { unknown, waiting, running };
  Standing standing = Standing::unknown;
  std::uint64_t id = 0;
  std::string command;
  std::string requester;
  std::string directory;
  Instant since{0};              // submitted, or granted when it runs
  std::vector<Reason> reasons;   // all that hold now; of a running lease, why it gets no more
  int position = 0;              // 1: first in its line; 0 when it does not wait
  int in_line = 0;               // how many stand there
  std::optional<Duration> wait;  // until it may start, as far as can be told
  std::vector<std::string> remedies;  // commands that would help
};

Explanation explain(const State& state, std::uint64_t id, Instant now);
/// The same for all that waits, in the order in which they will be taken.
std::vector<Explanation> explain_waiting(const State& state, Instant now);

}  // namespace weir::gate
