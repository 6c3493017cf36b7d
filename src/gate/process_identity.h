// ProcessIdentity, read from the system: who a process is, and whether it still lives.
//
// Process ids wrap after some twenty builds, so a bare pid proves nothing: identity is the
// boot, the pid and the start time. Called by the daemon (peers, leases after a restart) and by
// clients (themselves). Everything here is a snapshot; a pidfd is what stays true.
#pragma once

#include <optional>

#include "base/process_stat.h"
#include "base/unique_fd.h"
#include "gate/request.h"

namespace weir::gate {

/// The id of this boot; the same text for the life of the process, "" where the system has none.
const std::string& boot_id();

/// Milliseconds since boot, suspended time included.
Instant instant_now();

/// Nothing when there is no such process. A zombie is one.
std::optional<ProcessIdentity> identify_process(pid_t pid);
/// When it began, on the clock of instant_now(), as exact as the system's clock ticks.
Instant started_at(const ProcessIdentity& process);

/// A pidfd of exactly this process, readable when it ends; none when it is gone or a zombie.
UniqueFd open_identity(const ProcessIdentity& process);
/// False for a zombie, another boot's process, and a pid that somebody else has now.
bool is_alive(const ProcessIdentity& process);
/// The same, and it is not ending: what is killed hangs up and loses its locks some time before it
/// is a zombie.
bool lives_on(const ProcessIdentity& process);

}  // namespace weir::gate
