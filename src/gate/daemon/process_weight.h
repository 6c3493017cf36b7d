// The processor weight of a lease's processes: their nice values.
//
// An ordinary user's process can get a higher nice value and never a lower one again (RLIMIT_NICE
// is 0 nearly everywhere). So bulk goes to 19 only where there is a way back; elsewhere it goes to
// 10 and stays there: a build that focus waits for must not be stuck at the end of the line. What
// can be given back always is the weight of a session: session_weight.h.
#pragma once

#include <sys/types.h>

#include <string>

#include "gate/lease_record.h"

namespace weir::gate::daemon {

/// For what `client` starts; never below the client's own value.
int nice_of(Weight weight, pid_t client);

/// Sets it for all threads of all processes that have this tag, and gives how many had another.
/// Best effort. For the thread pool: it reads all of /proc.
int nice_processes(const std::string& tag, pid_t unix_session, int nice);

}  // namespace weir::gate::daemon
