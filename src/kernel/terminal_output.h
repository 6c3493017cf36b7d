// TerminalOutput: the terminal as stdout and stderr, where others of this shell show something,
// too.
//
// While a line is being typed the terminal is the editor's: what jobs of the background write then
// goes above that line, whole lines only. What the shell shows at the bottom (bottom_display.h)
// gives way. At all other times bytes go straight through.
// Programs that hold the terminal itself (jobs that were stopped in the foreground and go on
// behind) write past this.
#pragma once

#include "kernel/context.h"
#include "scheduler/open_file.h"

namespace weir::kernel {

/// Where an editor reads lines, `terminal` must be the terminal that it reads from. `shell` must
/// outlive it.
scheduler::OpenFilePtr make_terminal_output(Shell& shell, scheduler::OpenFilePtr terminal);
/// The same for any terminal; a file that is none, or is such an output, comes back as it is.
scheduler::OpenFilePtr shared_terminal_output(Shell& shell, const scheduler::OpenFilePtr& file);
/// One for a single writer, whose unfinished lines do not mix with those of others; any other file
/// comes back as it is.
scheduler::OpenFilePtr own_terminal_output(const scheduler::OpenFilePtr& file);

/// Columns of the terminal that stdout is; 0 when it is none.
size_t terminal_width(const Context& ctx);

}  // namespace weir::kernel
