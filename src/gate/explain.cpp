#include "gate/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "gate/admission.h"
#include "gate/broker.h"
#include "gate/estimate.h"

namespace weir::gate {
namespace {

Holder holder_of(const LeaseRecord& lease, Instant now) {
  const Duration elapsed = now - lease.granted;
  const Request& request = lease.request;
  return {.id = request.id,
          .command = request.command,
          .requester = request.requester,
          .directory = request.directory,
          .stopped = lease.stopped,
          .since = lease.granted,
          .usual = request.usual,
          .left = lease.stopped ? std::nullopt : time_left(request.usual, elapsed),
          .late = request.late_after && elapsed > *request.late_after};
}

Holder holder_of(const Request& request) {
  return {.id = request.id,
          .command = request.command,
          .requester = request.requester,
          .directory = request.directory,
          .waiting = true,
          .since = request.submitted,
          .usual = request.usual};
}

// All that is worked out once for a state, whoever is asked about.
class Explainer {
 public:
  Explainer(const State& state, Instant now) : state_(state), now_(now) {
    for (const Band band : {Band::focus, Band::bulk}) {
      order_[static_cast<std::size_t>(band)] = state.line(band).in_order(aged_before(state, now));
    }
  }

  Explanation waiting(const Request& request) const;
  Explanation running(const LeaseRecord& lease) const;
  const std::vector<std::uint64_t>& order(Band band) const {
    return order_[static_cast<std::size_t>(band)];
  }

 private:
  std::vector<Holder> leases_where(auto accepts) const;
  void add_holds(const Request& request, std::vector<Reason>& reasons) const;
  void add_lane(const Request& request, std::vector<Reason>& reasons) const;
  void add_capacity(const Request& request, std::vector<Reason>& reasons) const;
  void add_pressure(const Request& request, std::vector<Reason>& reasons) const;
  std::vector<Reason> own_reasons(const Request& request) const;
  void add_line(const Request& request, std::vector<Reason>& reasons) const;
  void place_in_line(const Request& request, Explanation& result) const;

  const State& state_;
  Instant now_;
  std::array<std::vector<std::uint64_t>, 2> order_;  // by band
};

std::vector<Holder> Explainer::leases_where(auto accepts) const {
  std::vector<Holder> holders;
  for (const auto& [id, lease] : state_.leases) {
    if (accepts(lease)) holders.push_back(holder_of(lease, now_));
  }
  std::ranges::sort(holders, {}, [](const Holder& each) { return std::pair(each.since, each.id); });
  return holders;
}

// Until the last of them has ended; nothing when one cannot be told: who is late ends any time.
std::optional<Duration> until_all_end(const std::vector<Holder>& holders) {
  Duration longest{0};
  for (const Holder& holder : holders) {
    if (!holder.left || holder.late) return std::nullopt;
    longest = std::max(longest, *holder.left);
  }
  return longest;
}

// Until the first of them has ended.
std::optional<Duration> until_one_ends(const std::vector<Holder>& holders) {
  std::optional<Duration> shortest;
  for (const Holder& holder : holders) {
    if (holder.late) return std::nullopt;
    if (holder.left && (!shortest || *holder.left < *shortest)) shortest = holder.left;
  }
  return shortest;
}

std::string hold_text(const Hold& hold) {
  const char* const kinds[] = {"everything", "band ", "requester ", "lane "};
  return kinds[static_cast<int>(hold.kind)] + hold.name + (hold.by.empty() ? "" : " by " + hold.by);
}

std::string resume_command(const Hold& hold) {
  if (hold.kind == Hold::Kind::all) return "gate resume";
  const char* const flags[] = {"", "--band", "--requester", "--lane"};
  return fmt::format("gate resume {} {}", flags[static_cast<int>(hold.kind)],
                     quote_word(hold.name));
}

void Explainer::add_holds(const Request& request, std::vector<Reason>& reasons) const {
  for (const Hold& hold : state_.holds) {
    if (hold.holds(request)) reasons.push_back({Cause::paused, hold_text(hold), {}, {}});
  }
  if (request.not_before && *request.not_before > now_) {
    reasons.push_back({Cause::not_before, "", {}, *request.not_before - now_});
  }
  if (state_.locked_out.contains(request.id)) {
    reasons.push_back({Cause::lock, request.lane.shown(), {}, {}});
  }
}

void Explainer::add_lane(const Request& request, std::vector<Reason>& reasons) const {
  if (request.lane.empty()) return;
  Reason reason{Cause::lane, request.lane.shown(), {}, {}};
  reason.holders =
      leases_where([&](const LeaseRecord& lease) { return holds_lane(lease, request); });
  if (reason.holders.empty()) {
    for (const auto& [id, elder] : state_.waiting) {
      if (has_promise(state_, elder, request, now_)) reason.holders.push_back(holder_of(elder));
    }
  } else {
    reason.wait = until_all_end(reason.holders);
  }
  if (!reason.holders.empty()) reasons.push_back(std::move(reason));
}

void Explainer::add_capacity(const Request& request, std::vector<Reason>& reasons) const {
  const Band band = request.band;
  const Room room = room_in(state_, band);
  if (room.slot) return;
  const bool slots = room.shortage == Cause::cpu;
  Reason reason{room.shortage,
                slots
                    ? fmt::format("{} of {} {} slots taken", books(state_, band).leases,
                                  band == Band::focus ? state_.focus_slots() : state_.bulk_slots(),
                                  band_name(band))
                    : "",
                leases_where([&](const LeaseRecord& lease) {
                  return lease.band == band && costs_slot(lease);
                }),
                {}};
  reason.wait = until_one_ends(reason.holders);
  reasons.push_back(std::move(reason));
}

void Explainer::add_pressure(const Request& request, std::vector<Reason>& reasons) const {
  const std::optional<Cause> cause = withheld_by(state_, request);
  if (!cause) return;
  const Machine& machine = state_.machine;
  std::string what;
  if (*cause == Cause::io_pressure) {
    what = fmt::format("io pressure full {:.0f} %, bound {:.0f} %", machine.io_full10,
                       state_.limits.io_pressure);
  } else if (pressure(state_) == Cause::memory) {
    what = fmt::format("memory pressure some {:.0f} %, bound {:.0f} %", machine.memory_some10,
                       state_.limits.memory_pressure);
  } else {
    what = fmt::format("{} available, {} a job", format_size(machine.memory_available),
                       format_size(request.memory_per_job));
  }
  reasons.push_back({*cause, std::move(what), {}, {}});
}

std::vector<Reason> Explainer::own_reasons(const Request& request) const {
  std::vector<Reason> reasons;
  add_holds(request, reasons);
  add_lane(request, reasons);
  add_capacity(request, reasons);
  add_pressure(request, reasons);
  return reasons;
}

// It could start, but the first of its line is withheld: the same reason, held by that one.
void Explainer::add_line(const Request& request, std::vector<Reason>& reasons) const {
  const Candidate* first = state_.line(request.band).next(aged_before(state_, now_));
  if (first == nullptr || first->id == request.id) return;
  const Request& before = state_.waiting.at(first->id);
  add_pressure(before, reasons);
  if (!reasons.empty()) reasons.back().holders.push_back(holder_of(before));
}

// Those of its band that are taken before it; for a lane, those that want the lane, too.
void Explainer::place_in_line(const Request& request, Explanation& result) const {
  const bool for_lane = std::ranges::any_of(
      result.reasons, [](const Reason& reason) { return reason.cause == Cause::lane; });
  bool before = true;
  for (const std::uint64_t id : order(request.band)) {
    const Request& other = state_.waiting.at(id);
    if (id != request.id && for_lane && !other.lane.meets(request.lane)) continue;
    ++result.in_line;
    if (before) ++result.position;
    if (id == request.id) before = false;
    // What is taken before it keeps the lane for as long as it usually runs.
    if (before && for_lane && result.wait) {
      result.wait = other.usual ? std::optional(*result.wait + *other.usual) : std::nullopt;
    }
  }
}

// The longest of them; nothing when one cannot be told.
std::optional<Duration> wait_of(const std::vector<Reason>& reasons) {
  Duration longest{0};
  for (const Reason& reason : reasons) {
    if (!reason.wait) return std::nullopt;
    longest = std::max(longest, *reason.wait);
  }
  return longest;
}

/// What is stopped goes on or ends, with all that it has started.
void add_ways_out(std::uint64_t stopped, std::vector<std::string>& remedies) {
  remedies.push_back(fmt::format("gate kill -s CONT {}", stopped));
  remedies.push_back(fmt::format("gate kill {}", stopped));
}

std::vector<std::string> remedies_for(const State& state, const Explanation& about,
                                      const Request& request) {
  std::vector<std::string> remedies;
  for (const Hold& hold : state.holds) {
    if (hold.holds(request)) remedies.push_back(resume_command(hold));
  }
  std::set<std::uint64_t> stopped;
  for (const Reason& reason : about.reasons) {
    for (const Holder& holder : reason.holders) {
      if (holder.stopped && stopped.insert(holder.id).second) add_ways_out(holder.id, remedies);
    }
  }
  if (about.position > 1) remedies.push_back(fmt::format("gate bump {}", about.id));
  remedies.push_back(fmt::format("gate kill {}", about.id));
  return remedies;
}

Explanation Explainer::waiting(const Request& request) const {
  Explanation result{.standing = Explanation::Standing::waiting,
                     .id = request.id,
                     .command = request.command,
                     .requester = request.requester,
                     .directory = request.directory,
                     .since = request.submitted};
  result.reasons = own_reasons(request);
  if (result.reasons.empty()) add_line(request, result.reasons);
  result.wait = wait_of(result.reasons);
  place_in_line(request, result);
  result.remedies = remedies_for(state_, result, request);
  return result;
}

Explanation Explainer::running(const LeaseRecord& lease) const {
  Explanation result{.standing = Explanation::Standing::running,
                     .id = lease.id(),
                     .command = lease.request.command,
                     .requester = lease.request.requester,
                     .directory = lease.request.directory,
                     .since = lease.granted};
  if (lease.stopped) {
    add_ways_out(lease.id(), result.remedies);
    return result;
  }
  if (!may_want_tokens(state_, lease)) return result;
  add_pressure(lease.request, result.reasons);
  if (books(state_, lease.band).pool <= 0) {
    const auto others = leases_where([&](const LeaseRecord& other) {
      return other.band == lease.band && other.id() != lease.id() && costs_slot(other);
    });
    if (!others.empty()) {
      result.reasons.push_back({Cause::tokens, "", others, until_one_ends(others)});
    }
  }
  return result;
}

}  // namespace

Explanation explain(const State& state, std::uint64_t id, Instant now) {
  if (const auto waiting = state.waiting.find(id); waiting != state.waiting.end()) {
    return Explainer(state, now).waiting(waiting->second);
  }
  if (const auto lease = state.leases.find(id); lease != state.leases.end()) {
    return Explainer(state, now).running(lease->second);
  }
  return {.id = id};
}

std::vector<Explanation> explain_waiting(const State& state, Instant now) {
  const Explainer explainer(state, now);
  std::vector<Explanation> all;
  for (const Band band : {Band::focus, Band::bulk}) {
    for (const std::uint64_t id : explainer.order(band)) {
      all.push_back(explainer.waiting(state.waiting.at(id)));
    }
  }
  return all;
}

}  // namespace weir::gate
