#include "gate/daemon/gatekeeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>

#include "gate/daemon/lease_row.h"
#include "gate/daemon/process_weight.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"
#include "gate/settings_report.h"

namespace weir::gate::daemon {

namespace {

constexpr Duration kFirstNotice{1'000};

UniqueFd copy_of(const UniqueFd& fd) { return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)); }

std::string new_tag(std::uint64_t id) {
  std::uint32_t noise = 0;
  (void)!::getrandom(&noise, sizeof noise, 0);
  return fmt::format("{}.{:08x}", id, noise);
}

/// What a command is told that takes no tokens, or takes them for compiling only.
int jobs_of(const State& state, const LeaseRecord& lease) {
  int jobs = 1 + lease.issued;
  if (lease.request.wants_tokens) jobs = std::max(jobs, (state.jobs() + 1) / 2);
  return lease.request.max_jobs > 0 ? std::min(jobs, lease.request.max_jobs) : jobs;
}

}  // namespace

Gatekeeper::Gatekeeper(loop::Loop& loop, Places places, SessionDirectory& sessions,
                       Journal& journal)
    : loop_(loop),
      places_(std::move(places)),
      sessions_(sessions),
      journal_(journal),
      tasks_(loop),
      alarm_(loop) {
  state_.machine.processors = usable_processors();
}

void Gatekeeper::keep_settings() {
  List holds;
  for (const Hold& hold : state_.holds) holds.emplace_back(hold_report(hold, instant_now()));
  journal_.add(PutSetting{"limits", Value(limits_report(state_.limits))});
  journal_.add(PutSetting{"holds", Value(std::move(holds))});
}

loop::Task<void> Gatekeeper::run() {
  co_await tick();
  co_await restore_weights();
  for (auto& [id, lease] : live_) lease.watch.cancel();
  co_await tasks_.join();
}

void Gatekeeper::stop() { stopping_.cancel(); }

// ---- what clients say ---------------------------------------------------------------

void Gatekeeper::request(Session& session, const Value& call_id, Request request) {
  const Instant now = instant_now();
  request.id = ++last_id_;
  request.client = session.peer;
  request.group = std::max(::getpgid(session.peer.pid), 0);
  request.bump = 0;
  request.is_aside = false;
  // Who asks again after a restart keeps the place in the line; nobody can be older than itself.
  const bool is_claim_good =
      request.submitted >= started_at(session.peer) && request.submitted <= now;
  if (!is_claim_good) request.submitted = now;
  end_unheard(request);
  history_.inform(request);
  journal_.event("submit", request.id,
                 {{"command", Value(request.command)},
                  {"requester", Value(request.requester)},
                  {"directory", Value(request.directory)},
                  {"band", band_name(request.band)},
                  {"lane", Value(request.lane.shown())}});
  waiting_.emplace(request.id, Waiting{session.id(), call_id, now + kFirstNotice});
  ++session.requests;
  submit(state_, std::move(request));
  decide_now();
}

/// The same as was_unheard() where there is nothing to tell it by: the client asks again, and its
/// own lease must not be in its way.
void Gatekeeper::end_unheard(const Request& request) {
  const auto found = std::ranges::find_if(live_, [&](const auto& entry) {
    const auto record = state_.leases.find(entry.first);
    if (record == state_.leases.end()) return false;
    const Request& granted = record->second.request;
    return entry.second.is_survivor && !entry.second.child && granted.client == request.client &&
           granted.submitted == request.submitted && granted.lane == request.lane;
  });
  if (found == live_.end()) return;
  const std::uint64_t id = found->first;
  LiveLease lease = std::move(found->second);
  live_.erase(found);
  ended(state_, id);
  journal_.add(DropLease{id});
  journal_.event("note", id, {{"text", "its grant was never heard: it asks again"}});
  lease.watch.cancel();
}

bool Gatekeeper::release(const protocol::Release& release) {
  const auto found = live_.find(release.lease);
  if (found == live_.end() || found->second.tag != release.tag) return false;
  found->second.outcome = release.outcome;
  if (release.outcome.is_by_itself()) {
    end(release.lease);
  } else {
    wind_up(release.lease);
  }
  return true;
}

void Gatekeeper::started(const Session& session, std::uint64_t id, pid_t child) {
  const auto found = live_.find(id);
  if (found == live_.end() || found->second.session != session.id()) return;
  const auto identity = identify_process(child);
  if (!identity) return;
  found->second.child = *identity;
  keep_row(id);
  journal_.event("start", id, {{"pid", Value(std::int64_t{child})}});
  weigh_session(found->second.unix_session);
  tasks_.start(weigh(id));  // what was decided while it started
  if (UniqueFd pidfd = open_identity(*identity)) tasks_.start(watch_process(id, std::move(pidfd)));
}

bool Gatekeeper::announce(const protocol::Progress& progress) {
  const auto found = live_.find(progress.lease);
  if (found == live_.end()) return false;
  found->second.progress = progress;
  journal_.event("unit", progress.lease, protocol::to_value(progress).as_record());
  return true;
}

void Gatekeeper::session_closed(const Session& session) {
  std::vector<std::uint64_t> gone;
  for (const auto& [id, waiting] : waiting_) {
    if (waiting.session == session.id()) gone.push_back(id);
  }
  for (const std::uint64_t id : gone) {
    waiting_.erase(id);
    record_wait(id, "gave_up");
    client_gone(state_, id);
  }
  std::vector<std::uint64_t> left;
  for (auto& [id, lease] : live_) {
    if (lease.session != session.id()) continue;
    lease.session = 0;
    left.push_back(id);
  }
  for (const std::uint64_t id : left) wind_up(id);
  if (!gone.empty()) {
    on_end();
    decide_now();
  }
}

void Gatekeeper::refuse_waiting(const protocol::RpcError& error) {
  for (auto& [id, waiting] : std::exchange(waiting_, {})) {
    client_gone(state_, id);
    if (Session* session = sessions_.find_session(waiting.session)) {
      --session->requests;
      session->refuse(waiting.call_id, error);
    }
  }
  on_end();
}

// ---- what the policy decides ----------------------------------------------------------

void Gatekeeper::decide_now() {
  // A grant that could not have its lane is none: what it would have used is there for others.
  for (size_t locked_out = 0;;) {
    locked_out = state_.locked_out.size();
    Decision decision = decide(state_, instant_now());
    for (const Action& action : decision.actions) {
      std::visit([this](const auto& each) { carry_out(each); }, action);
    }
    ask_again_ = decision.ask_again;
    if (state_.locked_out.size() <= locked_out) break;
  }
  alarm_.ring();
}

void Gatekeeper::carry_out(const Grant& action) {
  const LeaseRecord& record = state_.leases.at(action.id);
  auto lane_locks = lock_lane(record.request);
  if (!lane_locks) return lock_out(action.id);
  LiveLease& lease = live_[action.id];
  lease.lane_locks = std::move(*lane_locks);
  lease.tag = new_tag(action.id);
  if (const auto waiting = waiting_.find(action.id); waiting != waiting_.end()) {
    lease.session = waiting->second.session;
  }
  if (const auto stat = read_process_stat(record.request.client.pid)) {
    lease.unix_session = stat->session;
  }
  lease.granted_wall_ms = wall_clock_ms();
  if (record.band == Band::bulk) take_slot(lease);
  if (record.request.wants_tokens) {
    if (auto pipe = TokenPipe::create()) lease.pipe = std::move(*pipe);
  }
  tasks_.start(deliver(action.id, action.tokens));
}

/// The row first, then the tokens, then the answer.
loop::Task<void> Gatekeeper::deliver(std::uint64_t id, int tokens) {
  const LeaseRecord& record = state_.leases.at(id);
  journal_.event(
      "admit", id,
      {{"tokens", tokens},
       {"waited_ms", Value(std::int64_t{(record.granted - record.request.submitted).count()})}});
  co_await journal_.commit(PutLease{id, to_value(row_of(record, live_.at(id)))});
  const auto waiting = waiting_.extract(id);
  const auto found = live_.find(id);
  if (found == live_.end() || stopping_.cancelled()) co_return;
  if (found->second.pipe) {
    const int put = found->second.pipe.put(tokens);
    if (put < tokens) withdrawn(state_, id, tokens - put, instant_now());
  }
  Session* session = waiting ? sessions_.find_session(waiting.mapped().session) : nullptr;
  if (!session) {
    wind_up(id);
    co_return;
  }
  --session->requests;
  send_grant(*session, waiting.mapped().call_id, id);
}

void Gatekeeper::keep_row(std::uint64_t id) {
  const auto lease = live_.find(id);
  const auto record = state_.leases.find(id);
  if (lease == live_.end() || record == state_.leases.end()) return;
  journal_.add(PutLease{id, to_value(row_of(record->second, lease->second))});
}

void Gatekeeper::send_grant(Session& session, const Value& call_id, std::uint64_t id) {
  LiveLease& lease = live_.at(id);
  const LeaseRecord& record = state_.leases.at(id);
  protocol::Grant grant{.lease = id,
                        .tag = lease.tag,
                        .band = record.band,
                        .is_aside = record.request.is_aside,
                        .jobs = jobs_of(state_, record),
                        .nice = nice_of(record.weight, record.request.client.pid),
                        .waited = record.granted - record.request.submitted};
  lease.weighed = record.weight;
  std::vector<UniqueFd> descriptors;
  UniqueFd reader = lease.pipe.take_client_reader();
  UniqueFd writer = lease.pipe.take_client_writer();
  if (reader && writer) {
    grant.has_tokens = true;
    descriptors.push_back(std::move(reader));
    descriptors.push_back(std::move(writer));
  }
  const size_t pipe_ends = descriptors.size();
  const size_t room = protocol::kMaxDescriptors - pipe_ends - 1;
  for (const UniqueFd& file : lease.lane_locks) {
    if (descriptors.size() < room) descriptors.push_back(copy_of(file));
  }
  if (lease.slot_lock) descriptors.push_back(copy_of(lease.slot_lock));
  std::erase_if(descriptors, [](const UniqueFd& fd) { return !fd; });  // no descriptors left
  grant.locks = static_cast<int>(descriptors.size() - pipe_ends);
  session.reply(call_id, protocol::to_value(grant), std::move(descriptors));
}

void Gatekeeper::carry_out(const Issue& action) {
  keep_row(action.id);  // says more than is there until they are in the pipe, never less
  const auto lease = live_.find(action.id);
  const int put = lease == live_.end() ? 0 : lease->second.pipe.put(action.tokens);
  if (put < action.tokens) withdrawn(state_, action.id, action.tokens - put, instant_now());
}

void Gatekeeper::carry_out(const Withdraw& action) {
  const auto lease = live_.find(action.id);
  const int taken = lease == live_.end() ? 0 : lease->second.pipe.take(action.tokens);
  withdrawn(state_, action.id, taken, instant_now());
  keep_row(action.id);
}

}  // namespace weir::gate::daemon
