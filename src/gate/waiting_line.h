// WaitingLine: in which order the waiting requests of one band are taken.
//
// Bumped requests first; then round robin between requesters (one that had
// nothing waiting joins at the end); for each requester what has waited longer
// than the age bound, eldest first, then the shortest expected. Used by the
// policy only. A request that cannot start because of a lease's lane is parked
// under that lease and costs nothing until the lease releases it: with 1,000
// waiting, taking one is one pass over a small array.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "gate/request.h"

namespace weir::gate {

/// What the order needs of a request, small enough to scan thousands of.
struct Candidate {
  std::uint64_t id = 0;
  std::uint64_t lane_hash = 0;
  std::uint64_t lane_signature = 0;
  Instant submitted{0};
  Duration expected{0};
  std::uint32_t requester = 0;  // index into the requesters of the line
  int bump = 0;
  bool has_side_lane = false;
};

class WaitingLine {
 public:
  /// Parked here: held, or before its time. No request has this id.
  static constexpr std::uint64_t kHeld = 0;

  void add(const Request& request);
  /// Takes it out, wherever it stands. `had_its_turn`: it was granted, and its
  /// requester goes to the end of the round.
  void remove(std::uint64_t id, bool had_its_turn);
  void set_bump(std::uint64_t id, int bump);

  /// The next that is not parked. `aged`: submitted before this goes by age.
  const Candidate* next(Instant aged) const;
  /// An elder that waits since before `aged` and does not stand behind: what meets its lane
  /// (`meets(elder)`) must not pass it. Held ones claim nothing.
  std::optional<std::uint64_t> claimant(const Candidate& younger, Instant aged,
                                        const std::function<bool(std::uint64_t)>& meets) const;
  /// One that is not held has a lane that may meet this signature, and `wanted` agrees.
  bool has_any(std::uint64_t lane_signature,
               const std::function<bool(std::uint64_t)>& wanted) const;
  /// All of them, parked ones too, in the order in which they would be taken.
  std::vector<std::uint64_t> in_order(Instant aged) const;

  /// REQUIRES: the request is not parked.
  void park(std::uint64_t id, std::uint64_t blocker);
  /// Parks under `blocker` all that have its lane, as far as the hash tells, and no other.
  void park_lane(std::uint64_t lane_hash, std::uint64_t blocker);
  /// What was parked under it is looked at again; so is what has a side lane, which waits for two.
  void release(std::uint64_t blocker);

  bool empty() const { return ready_.empty() && parked_.empty(); }

 private:
  struct Requester {
    std::string name;
    std::uint64_t turn = 0;  // smaller goes first
    int waiting = 0;
  };

  void release_side_lanes();
  std::uint32_t requester_index(const std::string& name);
  bool goes_before(const Candidate& a, const Candidate& b, Instant aged) const;
  template <class Visit>
  void find(std::uint64_t id, Visit visit);

  std::vector<Candidate> ready_;
  std::map<std::uint64_t, std::vector<Candidate>> parked_;
  std::vector<Requester> requesters_;  // one without anything waiting is a free place
  std::uint64_t turns_ = 0;
  int side_lanes_ = 0;  // candidates that have one
};

}  // namespace weir::gate
