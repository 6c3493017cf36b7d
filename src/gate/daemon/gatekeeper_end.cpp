// The end of a lease: its processes are watched, signalled when somebody wants it, and waited for.
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "gate/daemon/gatekeeper.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/tagged_processes.h"

namespace weir::gate::daemon {

namespace {

// A client reports the end of its command at once; one that does not is stopped or gone.
constexpr Duration kReleaseGrace{300};

}  // namespace

bool Gatekeeper::kill(std::uint64_t id, int signal) {
  if (const auto waiting = waiting_.find(id); waiting != waiting_.end()) {
    if (Session* session = sessions_.find_session(waiting->second.session)) {
      --session->requests;
      session->refuse(waiting->second.call_id,
                      {protocol::RpcCode::killed, "the wait was ended by gate kill"});
    }
    waiting_.erase(waiting);
    journal_.event("kill", id);
    record_wait(id, "killed");
    client_gone(state_, id);
    on_end();
    decide_now();
    return true;
  }
  const auto found = live_.find(id);
  if (found == live_.end()) return false;
  journal_.event("kill", id, {{"signal", signal}});
  const auto& child = found->second.child;
  if (child && is_alive(*child)) {
    ::kill(child->pid, signal);
    tasks_.start(signal_processes(found->second.tag, found->second.unix_session, *child, signal));
  } else if (found->second.session != 0) {
    ::kill(state_.leases.at(id).request.client.pid, signal);
  }
  return true;
}

/// The compilers of a cargo, say, which would run on without it.
loop::Task<void> Gatekeeper::signal_processes(std::string tag, pid_t unix_session,
                                              ProcessIdentity but_this, int signal) {
  co_await loop::run_on_pool(loop_, [&] {
    for (const ProcessIdentity& process : tagged_processes(tag, unix_session)) {
      const UniqueFd pidfd = process == but_this ? UniqueFd() : open_identity(process);
      if (pidfd) ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
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
