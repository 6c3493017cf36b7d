// TerminalInput: the terminal as stdin of a job.
//
// Programs are held back from the terminal by the system (SIGTTIN) when their job is in the
// background; what runs inside of the shell is held back here: a read then stops the whole job,
// which goes on reading once it is in the foreground. A job that leaves the foreground in the
// middle of a read leaves what is typed next to others.
#pragma once

#include "scheduler/job_manager.h"
#include "scheduler/open_file.h"
#include "scheduler/terminal_control.h"

namespace weir::scheduler {

/// `control` and `jobs` must outlive it. The job may be gone before it.
OpenFilePtr make_terminal_input(TerminalControl& control, JobManager& jobs, const JobPtr& job,
                                OpenFilePtr terminal);
/// What is behind it; the file itself when it is another kind.
OpenFilePtr terminal_behind(const OpenFilePtr& file);

}  // namespace weir::scheduler
