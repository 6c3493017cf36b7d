#include "gate/waiting_line.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace weir::gate {
namespace {

// Requests without history count as this long.
constexpr Duration kUnknownLength = std::chrono::seconds(60);

void drop(std::vector<Candidate>& candidates, std::vector<Candidate>::iterator which) {
  *which = candidates.back();
  candidates.pop_back();
}

}  // namespace

std::uint32_t WaitingLine::requester_index(const std::string& name) {
  std::size_t place = requesters_.size();
  for (std::size_t i = 0; i < requesters_.size(); ++i) {
    if (requesters_[i].waiting == 0) {
      place = i;
    } else if (requesters_[i].name == name) {
      return static_cast<std::uint32_t>(i);
    }
  }
  if (place == requesters_.size()) requesters_.emplace_back();
  requesters_[place] = {name, ++turns_, 0};
  return static_cast<std::uint32_t>(place);
}

void WaitingLine::add(const Request& request) {
  const std::uint32_t requester = requester_index(request.requester);
  ++requesters_[requester].waiting;
  if (!request.side_lane.empty()) ++side_lanes_;
  ready_.push_back({.id = request.id,
                    .lane_hash = request.lane.hash(),
                    .lane_signature = request.lane.signature(),
                    .submitted = request.submitted,
                    .expected = request.usual.value_or(kUnknownLength),
                    .requester = requester,
                    .bump = request.bump,
                    .has_side_lane = !request.side_lane.empty()});
}

// Calls visit(list, iterator) for the candidate, wherever it stands.
template <class Visit>
void WaitingLine::find(std::uint64_t id, Visit visit) {
  const auto in = [&](std::vector<Candidate>& list) {
    const auto found = std::ranges::find(list, id, &Candidate::id);
    if (found == list.end()) return false;
    visit(list, found);
    return true;
  };
  if (in(ready_)) return;
  for (auto parked = parked_.begin(); parked != parked_.end(); ++parked) {
    if (!in(parked->second)) continue;
    if (parked->second.empty()) parked_.erase(parked);
    return;
  }
}

void WaitingLine::remove(std::uint64_t id, bool had_its_turn) {
  find(id, [&](std::vector<Candidate>& list, auto found) {
    Requester& requester = requesters_[found->requester];
    --requester.waiting;
    if (found->has_side_lane) --side_lanes_;
    if (had_its_turn) requester.turn = ++turns_;
    drop(list, found);
  });
}

void WaitingLine::set_bump(std::uint64_t id, int bump) {
  find(id, [&](std::vector<Candidate>& list, auto found) {
    Candidate candidate = *found;
    candidate.bump = bump;
    drop(list, found);
    ready_.push_back(candidate);
  });
}

bool WaitingLine::goes_before(const Candidate& a, const Candidate& b, Instant aged) const {
  if (a.bump != b.bump) return a.bump > b.bump;
  if (a.requester != b.requester) {
    return requesters_[a.requester].turn < requesters_[b.requester].turn;
  }
  const bool a_aged = a.submitted < aged;
  const bool b_aged = b.submitted < aged;
  if (a_aged != b_aged) return a_aged;
  if (!a_aged && a.expected != b.expected) return a.expected < b.expected;
  return std::tie(a.submitted, a.id) < std::tie(b.submitted, b.id);
}

const Candidate* WaitingLine::next(Instant aged) const {
  const auto first = std::ranges::min_element(
      ready_, [&](const Candidate& a, const Candidate& b) { return goes_before(a, b, aged); });
  return first == ready_.end() ? nullptr : &*first;
}

std::optional<std::uint64_t> WaitingLine::claimant(
    const Candidate& younger, Instant aged, const std::function<bool(std::uint64_t)>& meets) const {
  const auto claims = [&](const Candidate& elder) {
    return elder.submitted < aged && elder.bump >= younger.bump &&
           (elder.lane_signature & younger.lane_signature) != 0 &&
           std::tie(elder.submitted, elder.id) < std::tie(younger.submitted, younger.id) &&
           meets(elder.id);
  };
  const auto in = [&](const std::vector<Candidate>& list) -> std::optional<std::uint64_t> {
    const auto found = std::ranges::find_if(list, claims);
    return found == list.end() ? std::nullopt : std::optional(found->id);
  };
  if (const auto found = in(ready_)) return found;
  for (const auto& [blocker, list] : parked_) {
    if (blocker == kHeld) continue;
    if (const auto found = in(list)) return found;
  }
  return std::nullopt;
}

bool WaitingLine::has_any(std::uint64_t lane_signature,
                          const std::function<bool(std::uint64_t)>& wanted) const {
  const auto fits = [&](const Candidate& each) {
    return (each.lane_signature & lane_signature) != 0 && wanted(each.id);
  };
  return std::ranges::any_of(ready_, fits) || std::ranges::any_of(parked_, [&](const auto& entry) {
           return entry.first != kHeld && std::ranges::any_of(entry.second, fits);
         });
}

std::vector<std::uint64_t> WaitingLine::in_order(Instant aged) const {
  // Bumped before others; in each such group a queue for every requester.
  std::map<int, std::map<std::uint32_t, std::vector<Candidate>>, std::greater<>> groups;
  const auto queue = [&](const Candidate& each) {
    groups[each.bump][each.requester].push_back(each);
  };
  std::ranges::for_each(ready_, queue);
  for (const auto& [blocker, list] : parked_) std::ranges::for_each(list, queue);

  std::vector<std::uint64_t> turns;
  for (const Requester& requester : requesters_) turns.push_back(requester.turn);
  std::uint64_t last_turn = turns_;
  std::vector<std::uint64_t> order;
  for (auto& [bump, queues] : groups) {
    std::set<std::pair<std::uint64_t, std::uint32_t>> round;  // whose turn it is
    for (auto& [requester, candidates] : queues) {
      std::ranges::sort(candidates, [&](const Candidate& a, const Candidate& b) {
        return goes_before(b, a, aged);  // the first is at the back
      });
      round.emplace(turns[requester], requester);
    }
    while (!round.empty()) {
      const std::uint32_t requester = round.extract(round.begin()).value().second;
      order.push_back(queues[requester].back().id);
      queues[requester].pop_back();
      turns[requester] = ++last_turn;
      if (!queues[requester].empty()) round.emplace(turns[requester], requester);
    }
  }
  return order;
}

void WaitingLine::park(std::uint64_t id, std::uint64_t blocker) {
  const auto found = std::ranges::find(ready_, id, &Candidate::id);
  if (found == ready_.end()) return;
  parked_[blocker].push_back(*found);
  drop(ready_, found);
}

void WaitingLine::park_lane(std::uint64_t lane_hash, std::uint64_t blocker) {
  if (lane_hash == 0) return;
  const auto rest = std::partition(ready_.begin(), ready_.end(), [&](const Candidate& each) {
    return each.lane_hash != lane_hash || each.has_side_lane;
  });
  if (rest == ready_.end()) return;
  std::vector<Candidate>& parked = parked_[blocker];
  parked.insert(parked.end(), rest, ready_.end());
  ready_.erase(rest, ready_.end());
}

void WaitingLine::release(std::uint64_t blocker) {
  if (const auto found = parked_.find(blocker); found != parked_.end()) {
    ready_.insert(ready_.end(), found->second.begin(), found->second.end());
    parked_.erase(found);
  }
  if (side_lanes_ > 0) release_side_lanes();
}

void WaitingLine::release_side_lanes() {
  for (auto at = parked_.begin(); at != parked_.end();) {
    const auto rest = std::ranges::partition(
        at->second, [](const Candidate& each) { return !each.has_side_lane; });
    ready_.insert(ready_.end(), rest.begin(), rest.end());
    at->second.erase(rest.begin(), rest.end());
    at = at->second.empty() ? parked_.erase(at) : std::next(at);
  }
}

}  // namespace weir::gate
