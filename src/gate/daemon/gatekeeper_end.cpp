// The end of a lease: its processes are watched, signalled when somebody wants it, and waited for.
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "gate/daemon/gatekeeper.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/tagged_processes.h"

namespace weir::gate::daemon {

namespace {

// A client reports the end of its command at once; one that does not is stopped or gone.
constexpr Duration kReleaseGrace{300};

bool is_stop(int signal) {
  constexpr int kStops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
  return std::ranges::find(kStops, signal) != std::end(kStops);
}

/// What is stopped takes a signal when it goes on. No pidfd: it has ended.
void send(const UniqueFd& pidfd, int signal) {
  if (!pidfd) return;
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
  if (!is_stop(signal)) ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGCONT, nullptr, 0);
}

/// As what a shell without job control has started in the background does with INT and QUIT.
std::string ignored_text(std::uint64_t id, pid_t leader, int signal) {
  const char* name = ::sigabbrev_np(signal);
  const bool ignores_term = has_signal(leader, SignalSet::ignored, SIGTERM).value_or(false);
  return fmt::format("{} ignores {}: {} {} ends it", id, name ? name : std::to_string(signal),
                     ignores_term ? "gate kill -s KILL" : "gate kill -s TERM", id);
}

}  // namespace

Result<void> Gatekeeper::kill(std::uint64_t id, int signal) {
  if (waiting_.contains(id)) {
    end_wait(id);
    return {};
  }
  const auto found = live_.find(id);
  if (found == live_.end()) return fail(ErrorKind::not_found, "no such lease");
  const LiveLease& lease = found->second;
  const ProcessIdentity& client = state_.leases.at(id).request.client;
  const bool has_child = lease.child && is_alive(*lease.child);
  const pid_t leader = has_child ? lease.child->pid : client.pid;
  if (has_signal(leader, SignalSet::ignored, signal).value_or(false)) {
    return fail(ErrorKind::refused, ignored_text(id, leader, signal));
  }
  journal_.event("kill", id, {{"signal", signal}});
  if (has_child) {
    send(open_identity(*lease.child), signal);
    tasks_.start(signal_processes(lease.tag, lease.unix_session, *lease.child, signal));
    // A stopped one would not tell of the end.
    if (!is_stop(signal)) send(open_identity(client), SIGCONT);
  } else if (lease.session != 0) {
    send(open_identity(client), signal);
  }
  return {};
}

void Gatekeeper::end_wait(std::uint64_t id) {
  const auto waiting = waiting_.extract(id);
  if (Session* session = sessions_.find_session(waiting.mapped().session)) {
    --session->requests;
    session->refuse(waiting.mapped().call_id,
                    {protocol::RpcCode::killed, "the wait was ended by gate kill"});
  }
  journal_.event("kill", id);
  record_wait(id, "killed");
  client_gone(state_, id);
  on_end();
  decide_now();
}

/// The compilers of a cargo, say, which would run on without it.
loop::Task<void> Gatekeeper::signal_processes(std::string tag, pid_t unix_session,
                                              ProcessIdentity but_this, int signal) {
  co_await loop::run_on_pool(loop_, [&] {
    for (const ProcessIdentity& process : tagged_processes(tag, unix_session)) {
      if (process != but_this) send(open_identity(process), signal);
    }
  });
}

loop::Task<void> Gatekeeper::watch_process(std::uint64_t id, UniqueFd pidfd) {
  const auto token = live_.at(id).watch.token();
  {
    loop::FdPoller poller(loop_, pidfd.get());
    if (!co_await poller.readable(token)) co_return;
  }
  if (!co_await loop::sleep_for(loop_, kReleaseGrace, token)) co_return;
  wind_up(id);
}

void Gatekeeper::wind_up(std::uint64_t id) {
  const auto found = live_.find(id);
  if (found == live_.end() || found->second.winding_up) return;
  // While its command lives the lease does, too, whatever became of the client.
  const auto& child = found->second.child;
  if (child && is_alive(*child)) return;
  found->second.winding_up = true;
  tasks_.start(await_processes(id));
}

loop::Task<void> Gatekeeper::await_processes(std::uint64_t id) {
  const LiveLease& lease = live_.at(id);
  const std::string tag = lease.tag;
  const pid_t unix_session = lease.unix_session;
  const auto token = lease.watch.token();
  while (!token.cancelled()) {
    std::vector<ProcessIdentity> left;
    co_await loop::run_on_pool(loop_, [&] { left = tagged_processes(tag, unix_session); });
    if (token.cancelled()) co_return;
    if (left.empty()) break;
    for (const ProcessIdentity& process : left) {
      const UniqueFd pidfd = open_identity(process);
      if (!pidfd) continue;
      loop::FdPoller poller(loop_, pidfd.get());
      if (!co_await poller.readable(token)) co_return;
    }
  }
  end(id);
}

void Gatekeeper::end(std::uint64_t id) {
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  LiveLease lease = std::move(found->second);
  live_.erase(found);
  const auto record = state_.leases.find(id);
  // A client that is gone has left copies with whoever sees more of the command than we do.
  const bool is_given_back =
      lease.outcome || record == state_.leases.end() || lives_on(record->second.request.client);
  if (is_given_back) {
    for (UniqueFd& file : lease.lane_locks) unlock_file(file);
    unlock_file(lease.slot_lock);
  }
  if (record != state_.leases.end()) record_end(record->second, lease);
  ended(state_, id);
  weigh_session(lease.unix_session);
  on_end();
  decide_now();
  lease.watch.cancel();
}

}  // namespace weir::gate::daemon
