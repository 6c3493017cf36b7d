// How much of the processor the leases weigh: nice values of their processes and sessions.
#include "gate/daemon/gatekeeper.h"
#include "gate/daemon/process_weight.h"

namespace weir::gate::daemon {

namespace {

constexpr Duration kLookAgain{150};
constexpr Duration kBetweenWrites{110};
constexpr int kMostWrites = 10;

const char* reason_for(Weight weight) {
  if (weight == Weight::full) return "weighs as focus does: focus waits for its lane";
  return weight == Weight::raised ? "raised: it hardly got a processor" : "weighs as bulk does";
}

}  // namespace

void Gatekeeper::carry_out(const Demote& action) {
  const auto lease = live_.find(action.id);
  if (lease == live_.end()) return;
  keep_row(action.id);
  journal_.event("demote", action.id);
  weigh_session(lease->second.unix_session);
  tasks_.start(weigh(action.id));
}

void Gatekeeper::carry_out(const Weigh& action) {
  const auto lease = live_.find(action.id);
  if (lease == live_.end()) return;
  keep_row(action.id);
  journal_.event("note", action.id, {{"text", reason_for(action.weight)}});
  weigh_session(lease->second.unix_session);
  tasks_.start(weigh(action.id));
}

/// One at a time for each lease; what is decided meanwhile is done in the next turn.
loop::Task<void> Gatekeeper::weigh(std::uint64_t id) {
  for (bool is_first = true;; is_first = false) {
    const auto lease = live_.find(id);
    const auto record = state_.leases.find(id);
    if (lease == live_.end() || record == state_.leases.end()) co_return;
    if (is_first && lease->second.is_weighing) co_return;
    const Weight wanted = record->second.weight;
    // Without a command nothing of it runs: it will start with the value of its grant.
    lease->second.is_weighing = lease->second.weighed != wanted && lease->second.child;
    if (!lease->second.is_weighing) co_return;
    lease->second.weighed = wanted;
    co_await weigh_processes(id, nice_of(wanted, record->second.request.client.pid));
  }
}

/// Again after a while, until nothing changes: a process that is in the middle of exec(2) has no
/// environment to be known by.
loop::Task<void> Gatekeeper::weigh_processes(std::uint64_t id, int nice) {
  constexpr int kMostTurns = 10;
  const std::string tag = live_.at(id).tag;
  const pid_t unix_session = live_.at(id).unix_session;
  const auto token = live_.at(id).watch.token();
  for (int turn = 0, changed = 1; turn < kMostTurns && (changed > 0 || turn < 2); ++turn) {
    co_await loop::run_on_pool(loop_, [&] { changed = nice_processes(tag, unix_session, nice); });
    if (!co_await loop::sleep_for(loop_, kLookAgain, token)) co_return;
    const auto record = state_.leases.find(id);
    const auto lease = live_.find(id);
    if (record == state_.leases.end() || lease == live_.end()) co_return;
    if (record->second.weight != lease->second.weighed) co_return;
  }
}

void Gatekeeper::weigh_session(pid_t unix_session) {
  if (unix_session <= 0) return;  // unknown, or that of more than one
  // None there: what it was before.
  std::optional<Weight> most;
  pid_t process = unix_session;
  for (const auto& [id, lease] : live_) {
    const auto record = state_.leases.find(id);
    if (lease.unix_session != unix_session || record == state_.leases.end()) continue;
    most = std::max(most.value_or(Weight::low), record->second.weight);
    process = record->second.request.client.pid;
  }
  weight_.set(unix_session, process, most.value_or(Weight::full));
}

loop::Task<void> Gatekeeper::restore_weights() {
  weight_.restore_all();
  for (int i = 0; i < kMostWrites && weight_.has_pending(); ++i) {
    (void)co_await loop::sleep_for(loop_, kBetweenWrites, {});
    weight_.retry();
  }
}

}  // namespace weir::gate::daemon
