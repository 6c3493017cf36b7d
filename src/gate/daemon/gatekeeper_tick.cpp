// What the gatekeeper does by the clock: the policy's next instant, idle tokens, notices of
// waiting.

#include "gate/daemon/built_program.h"
#include "gate/daemon/file_locks.h"
#include "gate/daemon/gatekeeper.h"
#include "gate/daemon/machine_reading.h"
#include "gate/daemon/wait_line.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/reports.h"
#include "gate/tagged_processes.h"

namespace weir::gate::daemon {

namespace {

constexpr Duration kLookAtTokens{50};
constexpr Duration kLookAtLocks{100};
constexpr Duration kLookAtMachine{1'000};
constexpr Duration kMeasure{5'000};
constexpr Duration kTellEvery{5'000};
constexpr Duration kRetryWeight{110};
constexpr Duration kSoonest{1};

/// A command that has no lock of its lane has had one, or needed it for less than a look.
bool is_past_lock(const LiveLease& lease, const Request& request) {
  // One that was killed has none, either: its compilers write on, and its end waits for them.
  if (!lives_on(*lease.child)) return false;
  return lease.held_lock ||
         (request.runs_program && runs_built_program(lease.child->pid, request.lane));
}

}  // namespace

loop::Task<void> Gatekeeper::tick() {
  const auto token = stopping_.token();
  while (!token.cancelled()) {
    co_await alarm_.wait(until_next_tick(), token);
    if (token.cancelled()) break;
    const Instant now = instant_now();
    bool news = ask_again_ && *ask_again_ <= now;
    if (tokens_are_wanted() && now >= next_look_) {
      look_at_tokens();
      news = true;
    }
    if (has_compile_phases() && now >= next_locks_) news = look_at_locks() || news;
    if (!state_.locked_out.empty() && now >= next_lanes_) news = look_at_lanes() || news;
    if (!is_empty() && now >= next_machine_) {
      look_at_machine();
      news = true;
    }
    if (tokens_are_wanted() && now >= next_measure_) {
      co_await measure_processor_time();
      news = true;
    }
    weight_.retry();
    if (news) decide_now();
    tell_waiting();
  }
}

std::optional<Duration> Gatekeeper::until_next_tick() const {
  const Instant now = instant_now();
  std::optional<Duration> wait;
  const auto sooner = [&](Duration other) {
    wait = std::max(wait ? std::min(*wait, other) : other, kSoonest);
  };
  if (ask_again_) sooner(*ask_again_ - now);
  if (tokens_are_wanted()) sooner(std::min(next_look_, next_measure_) - now);
  if (has_compile_phases()) sooner(next_locks_ - now);
  if (!state_.locked_out.empty()) sooner(next_lanes_ - now);
  if (!is_empty()) sooner(next_machine_ - now);
  if (weight_.has_pending()) sooner(kRetryWeight);
  for (const auto& [id, waiting] : waiting_) sooner(waiting.next_notice - now);
  return wait;
}

/// Somebody could use what lies idle elsewhere.
bool Gatekeeper::tokens_are_wanted() const {
  return !live_.empty() && (!waiting_.empty() || live_.size() > 1);
}

void Gatekeeper::look_at_tokens() {
  const Instant now = instant_now();
  next_look_ = now + kLookAtTokens;
  for (const auto& [id, lease] : live_) {
    if (lease.pipe) idle_tokens(state_, id, lease.pipe.lying(), now);
  }
}

bool Gatekeeper::has_compile_phases() const {
  return std::ranges::any_of(live_, [this](const auto& entry) {
    const auto record = state_.leases.find(entry.first);
    return entry.second.child && record != state_.leases.end() && record->second.compiling &&
           !record->second.request.lane.empty();
  });
}

/// True when a compile phase is over.
bool Gatekeeper::look_at_locks() {
  next_locks_ = instant_now() + kLookAtLocks;
  const auto locks = read_file_locks();
  std::vector<std::uint64_t> over;
  for (auto& [id, lease] : live_) {
    const auto record = state_.leases.find(id);
    if (!lease.child || record == state_.leases.end() || !record->second.compiling) continue;
    const Request& request = record->second.request;
    if (request.lane.empty()) continue;
    const bool holds = holds_any(locks, lease.child->pid, lock_inodes(request.lane));
    const bool seems_compiled = !holds && is_past_lock(lease, request);
    // Twice, so that a lock that changes hands in between does not count.
    if (seems_compiled && lease.seemed_compiled) over.push_back(id);
    lease.seemed_compiled = seems_compiled;
    if (holds && !std::exchange(lease.held_lock, true)) journal_.event("lock", id);
  }
  for (const std::uint64_t id : over) end_compile_phase(id);
  return !over.empty();
}

void Gatekeeper::end_compile_phase(std::uint64_t id) {
  LiveLease& lease = live_.at(id);
  for (UniqueFd& file : lease.lane_locks) unlock_file(file);
  lease.lane_locks.clear();
  compile_over(state_, id, instant_now());
  keep_row(id);
  journal_.event("note", id, {{"text", "compiled: the lane is free"}});
}

void Gatekeeper::look_at_machine() {
  next_machine_ = instant_now() + kLookAtMachine;
  Machine machine = read_machine();
  machine.slots_taken = slots_taken();
  machine_read(state_, machine);
}

loop::Task<void> Gatekeeper::measure_processor_time() {
  next_measure_ = instant_now() + kMeasure;
  std::map<std::string, Duration> used;
  co_await loop::run_on_pool(loop_, [&] { used = processor_time_by_tag(); });
  for (const auto& [id, lease] : live_) {
    const auto found = used.find(lease.tag);
    if (found != used.end()) processor_time(state_, id, found->second, instant_now());
  }
}

const State& Gatekeeper::state_now() {
  for (const auto& [id, lease] : live_) {
    const auto record = state_.leases.find(id);
    if (record == state_.leases.end()) continue;
    const auto& leader = lease.child ? *lease.child : record->second.request.client;
    const auto stat = read_process_stat(leader.pid);
    // Not what a debugger holds: no signal lets that go on.
    stop_seen(state_, id, stat && stat->start == leader.start && stat->state == 'T');
  }
  return state_;
}

void Gatekeeper::tell_waiting() {
  const Instant now = instant_now();
  for (auto& [id, waiting] : waiting_) {
    if (waiting.next_notice > now) continue;
    waiting.next_notice = now + kTellEvery;
    Session* session = sessions_.find_session(waiting.session);
    if (!session) continue;
    const Explanation about = explain(state_now(), id, now);
    session->notify("wait", Record{{"request", Value(static_cast<std::int64_t>(id))},
                                   {"line", Value(wait_line(about, now))},
                                   {"explanation", explanation_report(state_, about, now)}});
  }
}

}  // namespace weir::gate::daemon
