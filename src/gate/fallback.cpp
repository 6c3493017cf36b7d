#include "gate/fallback.h"

#include <poll.h>
#include <unistd.h>

#include "base/private_directory.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"

namespace weir::gate {

namespace {

constexpr int kPollMs = 50;

/// True when the caller is to stop; sleeps otherwise.
bool pause_or_stop(int stop_fd) {
  pollfd wait{stop_fd, POLLIN, 0};
  return ::poll(&wait, stop_fd < 0 ? 0 : 1, kPollMs) > 0 && wait.revents != 0;
}

/// Free slots, at most `most`.
std::vector<UniqueFd> free_slots(const Places& places, int slots, int most) {
  std::vector<UniqueFd> taken;
  for (int slot = 0; slot < slots && static_cast<int>(taken.size()) < most; ++slot) {
    auto file = try_lock_file(slot_file(places, slot));
    if (file && *file) taken.push_back(std::move(**file));
  }
  return taken;
}

/// Nothing is held and nothing is promised.
FallbackGrant ungated() { return FallbackGrant{.gated = false, .jobs = 0, .locks = {}}; }

/// One look at all that is needed; `missing` says what is not to be had now.
struct Attempt {
  std::optional<FallbackGrant> grant;
  std::string_view missing;
};

Result<Attempt> attempt(const Places& places, const Request& request, int slots) {
  auto lane = try_lock_lane(places, request.lane);
  if (!lane) return fail(std::move(lane.error()));
  if (!*lane) return Attempt{{}, "lane"};
  FallbackGrant grant{.locks = std::move(**lane)};
  auto free = free_slots(places, slots, slots);
  if (free.empty() && request.band == Band::bulk) return Attempt{{}, "slot"};
  int jobs = std::max(static_cast<int>((free.size() + 1) / 2), 1);
  if (request.max_jobs > 0) jobs = std::min(jobs, request.max_jobs);
  free.resize(std::min(free.size(), static_cast<size_t>(jobs)));
  grant.jobs = jobs;
  for (UniqueFd& slot : free) grant.locks.push_back(std::move(slot));
  return Attempt{std::move(grant), {}};
}

}  // namespace

bool can_fall_back(const Places& places) {
  return make_private_directory(places.run) && make_private_directory(places.locks()) &&
         ::access(places.locks().c_str(), W_OK) == 0;
}

Result<FallbackGrant> acquire_fallback(const Places& places, const Request& request,
                                       Duration max_wait, int stop_fd, const FallbackWaits& waits) {
  if (!can_fall_back(places)) return ungated();
  const int slots = usable_processors();
  const Instant deadline = instant_now() + max_wait;
  for (;;) {
    auto tried = attempt(places, request, slots);
    if (tried && tried->grant) return std::move(*tried->grant);
    if (!tried || (max_wait > Duration(0) && instant_now() >= deadline)) {
      return ungated();
    }
    if (waits) waits(tried->missing);
    if (pause_or_stop(stop_fd)) {
      return fail(ErrorKind::cancelled, "stopped while waiting for the gate's lock files");
    }
  }
}

}  // namespace weir::gate
