// Tagged processes: everything that has a lease's GATE_LEASE in its environment.
//
// A build that is killed leaves compilers behind that run on for seconds while cargo's own lock is
// free already; its capacity is free only when none of them is left. Reads /proc, some
// milliseconds; to be called on the thread pool.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gate/request.h"

namespace weir::gate {

/// No session's number. 0 is one: that of all whose session began outside of this pid namespace.
inline constexpr pid_t kAnySession = -1;

/// Those alive in this session, but for the caller, whose environment at their start had this
/// "NAME=value". What went into a session of its own is a server that was started by the way
/// (sccache, say): it holds no lease.
std::vector<ProcessIdentity> processes_with(const std::string& variable, pid_t session);
/// The same of GATE_LEASE=TAG.
std::vector<ProcessIdentity> tagged_processes(const std::string& tag, pid_t session);

/// What the living processes of each tag have used, those they waited for included.
std::map<std::string, Duration> processor_time_by_tag();

}  // namespace weir::gate
