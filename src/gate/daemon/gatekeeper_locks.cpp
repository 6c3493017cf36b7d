// The lock files of leases: what the daemon and commands that run without it agree by.
#include "gate/cause.h"
#include "gate/daemon/gatekeeper.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"

namespace weir::gate::daemon {

namespace {

constexpr Duration kLookAtLanes{200};

}  // namespace

/// Nothing: a command without the daemon has the lane. Where there can be no lock files none are
/// needed: nobody else can have them.
std::optional<std::vector<UniqueFd>> Gatekeeper::lock_lane(const Request& request) const {
  auto locked = try_lock_lane(places_, request.lane);
  if (!locked) return std::vector<UniqueFd>{};
  if (*locked) return std::move(**locked);
  // The client of a survivor keeps its files to its end, while tests run, too. That lease is in the
  // policy's books, which have let this request pass.
  const bool is_survivors = std::ranges::any_of(live_, [&](const auto& entry) {
    const auto record = state_.leases.find(entry.first);
    return entry.second.is_survivor && record != state_.leases.end() &&
           record->second.request.lane.meets(request.lane);
  });
  if (is_survivors) return std::vector<UniqueFd>{};
  return std::nullopt;
}

void Gatekeeper::lock_out(std::uint64_t id) {
  lane_is_locked(state_, id);
  if (next_lanes_ <= instant_now()) next_lanes_ = instant_now() + kLookAtLanes;
  journal_.event("wait", id, {{"cause", cause_name(Cause::lock)}});
}

/// True when one of those that are locked out may be let in.
bool Gatekeeper::look_at_lanes() {
  next_lanes_ = instant_now() + kLookAtLanes;
  std::vector<std::uint64_t> free;
  for (const std::uint64_t id : state_.locked_out) {
    if (lock_lane(state_.waiting.at(id))) free.push_back(id);
  }
  for (const std::uint64_t id : free) lane_may_be_free(state_, id);
  return !free.empty();
}

/// The first that is free; none when all are taken, which costs nobody anything.
void Gatekeeper::take_slot(LiveLease& lease) const {
  const int slots = std::max(state_.machine.processors, state_.jobs());
  for (int slot = 0; slot < slots && !lease.slot_lock; ++slot) {
    auto file = try_lock_file(slot_file(places_, slot));
    if (!file || !*file) continue;
    lease.slot_lock = std::move(**file);
    lease.slot = slot;
  }
}

/// By commands without the daemon.
int Gatekeeper::slots_taken() const {
  int taken = 0;
  for (int slot = 0; slot < state_.machine.processors; ++slot) {
    const bool is_ours =
        std::ranges::any_of(live_, [&](const auto& entry) { return entry.second.slot == slot; });
    const auto file =
        is_ours ? std::nullopt : std::optional(try_lock_file(slot_file(places_, slot)));
    if (file && *file && !**file) ++taken;
  }
  return taken;
}

}  // namespace weir::gate::daemon
