// What the gatekeeper takes over from the daemon before it, and what it writes down at the end of
// each lease.
#include "gate/daemon/gatekeeper.h"
#include "gate/daemon/recovery.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/settings_report.h"

namespace weir::gate::daemon {

namespace {

constexpr size_t kRunsLoaded = 10'000;

/// All that a start reads from the store.
struct Kept {
  std::vector<Value> runs;
  std::optional<Value> limits;
  std::optional<Value> holds;
  std::uint64_t last_id = 0;
  std::vector<Survivor> survivors;
  struct Gone {
    std::uint64_t id;
    pid_t unix_session;
  };
  std::vector<Gone> gone;
};

Kept read_kept(Store& store) {
  Kept kept{.runs = store.runs({.limit = kRunsLoaded}),
            .limits = store.setting("limits"),
            .holds = store.setting("holds"),
            .last_id = store.last_id()};
  for (const Value& value : store.leases()) {
    auto row = parse_lease_row(value);
    if (!row) continue;
    const Kept::Gone gone{row->record.id(), row->unix_session};
    if (auto survivor = find_survivor(std::move(*row))) {
      kept.survivors.push_back(std::move(*survivor));
    } else {
      kept.gone.push_back(gone);
    }
  }
  return kept;
}

}  // namespace

loop::Task<void> Gatekeeper::recover() {
  Kept kept;
  co_await journal_.ask([&](Store& store) { kept = read_kept(store); });
  history_.load(kept.runs);
  last_id_ = std::max(last_id_, kept.last_id);
  if (kept.limits) {
    if (auto limits = read_limits(*kept.limits, state_.limits)) set_limits(state_, *limits);
  }
  if (kept.holds && kept.holds->is_list()) {
    for (const Value& value : kept.holds->as_list()) {
      if (auto hold = read_hold(value, instant_now())) pause(state_, std::move(*hold));
    }
  }
  for (const auto& [id, unix_session] : kept.gone) {
    journal_.add(DropLease{id});
    journal_.event("exit", id, {{"state", "lost"}});
    weight_.adopt(unix_session, unix_session);
  }
  for (Survivor& survivor : kept.survivors) take_over(std::move(survivor));
  weight_.retry();
  decide_now();
}

/// The daemon before us has died between the commit of this grant and its sending: nobody has what
/// goes with it. Its client asks again, or goes on without a daemon.
bool Gatekeeper::was_unheard(const Survivor& survivor) const {
  if (!survivor.client || survivor.child || survivor.is_at_work) return false;
  const LeaseRow& row = survivor.row;
  const auto lane = try_lock_lane(places_, row.record.request.lane);
  if (!row.record.request.lane.empty()) return lane && *lane;
  if (row.slot >= 0) {
    const auto slot = try_lock_file(slot_file(places_, row.slot));
    return slot && *slot;
  }
  return row.pipe_inode != 0 && !survivor.pipe;
}

void Gatekeeper::take_over(Survivor survivor) {
  const std::uint64_t id = survivor.row.record.id();
  if (was_unheard(survivor)) {
    journal_.add(DropLease{id});
    journal_.event("note", id, {{"text", "its grant was never heard"}});
    return;
  }
  LiveLease& lease = live_[id];
  lease.is_survivor = true;
  lease.tag = std::move(survivor.row.tag);
  lease.slot = survivor.row.slot;
  lease.unix_session = survivor.row.unix_session;
  lease.pipe = std::move(survivor.pipe);
  lease.child = std::move(survivor.row.child);
  lease.granted_wall_ms = survivor.row.granted_wall_ms;
  LeaseRecord record = std::move(survivor.row.record);
  lease.weighed = record.weight;
  // Only when its client is gone: else that one has them.
  if (auto locks = try_lock_lane(places_, record.request.lane); record.compiling && locks && *locks)
    lease.lane_locks = std::move(**locks);
  const pid_t unix_session = lease.unix_session;
  const pid_t process = survivor.client ? record.request.client.pid
                        : lease.child   ? lease.child->pid
                                        : unix_session;
  // Without the pipe nothing can be given or taken: what is out stays booked until the end.
  if (!lease.pipe) record.request.wants_tokens = false;
  adopt(state_, std::move(record));
  weight_.adopt(unix_session, process);
  weigh_session(unix_session);
  journal_.event("note", id, {{"text", "taken over from the daemon before"}});
  const bool has_process = survivor.client || survivor.child;
  if (survivor.client) tasks_.start(watch_process(id, std::move(survivor.client)));
  if (survivor.child) tasks_.start(watch_process(id, std::move(survivor.child)));
  if (!has_process) wind_up(id);
}

namespace {

/// What the row of a run has from its request.
void describe(Record& run, const Request& request, Duration waited, std::string_view state) {
  run.set("command", Value(request.command));
  run.set("requester", Value(request.requester));
  run.set("directory", Value(request.directory));
  run.set("group", Value(std::int64_t{request.group}));
  run.set("band", band_name(request.band));
  run.set("waited_ms", Value(std::int64_t{waited.count()}));
  run.set("state", Value(state));
}

}  // namespace

/// What was never granted has a row, too: where its time went is asked for like that of others.
void Gatekeeper::record_wait(std::uint64_t id, std::string_view state) {
  const auto waiting = state_.waiting.find(id);
  if (waiting == state_.waiting.end()) return;
  const Request& request = waiting->second;
  Record run{{"run_ms", 0}, {"code", Value()}, {"signal", Value()}};
  describe(run, request, instant_now() - request.submitted, state);
  journal_.event("exit", id, run);
  journal_.add(AddRun{id, wall_clock_ms(), request.shape, std::move(run)});
}

void Gatekeeper::record_end(const LeaseRecord& record, const LiveLease& lease) {
  const Instant now = instant_now();
  const protocol::Outcome outcome = lease.outcome.value_or(protocol::Outcome{.code = -1});
  const Sample sample{.duration = now - record.granted,
                      .processor_time = outcome.processor_time,
                      .memory_per_job = outcome.memory};
  Record run = to_value(sample).as_record();
  run.set("code", lease.outcome ? Value(outcome.code) : Value());
  run.set("signal", outcome.signal != 0 ? Value(outcome.signal) : Value());
  describe(run, record.request, record.granted - record.request.submitted,
           !lease.outcome      ? "lost"
           : outcome.code == 0 ? "done"
                               : "failed");
  run.set("demoted", record.demoted());
  run.set("memory", Value(static_cast<std::int64_t>(outcome.memory)));
  journal_.event("exit", record.id(), run);
  journal_.add(AddRun{record.id(), wall_clock_ms(), record.request.shape, std::move(run)});
  journal_.add(DropLease{record.id()});
  if (lease.outcome && outcome.code == 0) history_.add(record.request.shape, sample);
}

}  // namespace weir::gate::daemon
