// Start files: what a shell reads before its first command.
//
// A login shell reads /etc/weir/profile.ksh and the person's profile.ksh, then an interactive one
// init.ksh, both in $XDG_CONFIG_HOME/weir (~/.config/weir). Whatever is in them, the shell begins:
// an error, `exit`, `set -e` or Ctrl-C ends the file and nothing else.
#pragma once

#include <string>
#include <vector>

#include "kernel/command_line.h"
#include "kernel/context.h"
#include "loop/task.h"

namespace weir::kernel {

/// Those that are to be read, in order: the ones that are there, and the one of --rcfile.
std::vector<std::string> start_files(const Context& ctx, const CommandLine& line,
                                     bool is_interactive);

/// Reads one as `source` does; errors are on stderr. Afterwards the status is 0 and -e as before.
/// Gives what is to be said when it did not come to its end, else an empty text.
loop::Task<std::string> run_start_file(Context& ctx, std::string path);

}  // namespace weir::kernel
