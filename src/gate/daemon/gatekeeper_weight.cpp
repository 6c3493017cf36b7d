// How much of the processor the leases weigh: nice values of their groups and sessions.
#include <sys/resource.h>

#include "gate/daemon/gatekeeper.h"
#include "gate/process_identity.h"

namespace weir::gate::daemon {

namespace {

constexpr int kRaisedNice = 10;

/// Best effort: a smaller value needs a right that most users have not.
void nice_group(const std::optional<ProcessIdentity>& child, int nice) {
  if (!child || !is_alive(*child)) return;
  const auto stat = read_process_stat(child->pid);
  if (stat && stat->group == child->pid) {
    ::setpriority(PRIO_PGRP, static_cast<id_t>(child->pid), nice);
  } else {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(child->pid), nice);
  }
}

}  // namespace

void Gatekeeper::carry_out(const Demote& action) {
  const auto lease = live_.find(action.id);
  if (lease == live_.end()) return;
  nice_group(lease->second.child, kBulkNice);
  keep_row(action.id);
  journal_.event("demote", action.id);
  weigh_session(lease->second.unix_session);
}

void Gatekeeper::carry_out(const Raise& action) {
  const auto lease = live_.find(action.id);
  if (lease == live_.end()) return;
  nice_group(lease->second.child, kRaisedNice);
  keep_row(action.id);
  journal_.event("note", action.id, {{"text", "raised: it hardly got a processor"}});
  weigh_session(lease->second.unix_session);
}

void Gatekeeper::weigh_session(pid_t unix_session) {
  if (unix_session <= 0) return;
  std::optional<int> nice;
  bool has_focus = false;
  pid_t process = unix_session;
  for (const auto& [id, lease] : live_) {
    const auto record = state_.leases.find(id);
    if (lease.unix_session != unix_session || record == state_.leases.end()) continue;
    if (record->second.band == Band::focus) has_focus = true;
    const int wanted = record->second.raised ? kRaisedNice : kBulkNice;
    nice = nice ? std::min(*nice, wanted) : wanted;
    process = record->second.request.client.pid;
  }
  weight_.set(unix_session, process, has_focus ? std::nullopt : nice);
}

}  // namespace weir::gate::daemon
