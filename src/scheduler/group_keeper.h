// A process that does nothing but stay in a process group that it leads.
//
// The terminal sends Ctrl-C and Ctrl-Z to its foreground group. When the last program of the group
// has ended, nobody gets them until the shell has heard of that end and taken the terminal, and a
// loop of short programs is in that state for a good part of its time. So an entry that starts
// one program after the other has this one beside them: Ctrl-C ends it and Ctrl-Z stops it, and the
// reaper tells the shell. It has no descriptors and goes with the process that started it. It also
// joins a stopped group that gets the terminal: CONT undoes a Ctrl-Z that programs have not yet
// acted upon, and this one gets no CONT.
#pragma once

#include <sys/types.h>

#include "base/error.h"

namespace weir::scheduler {

/// Its pid. It is in `group`, or leads one of its own (0). The caller gives it to the Reaper and
/// ends it by KILL.
Result<pid_t> start_group_keeper(pid_t group = 0);

}  // namespace weir::scheduler
