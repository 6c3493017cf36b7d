// The children of a process, and the words that a process was started with (proc(5)).
//
// A snapshot, of processes of anybody: any of them may have ended when it is given.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weir {

/// The children of all its threads: cargo starts compilers from several.
std::vector<pid_t> children_of(pid_t pid);

/// Empty when it has ended, or is none of ours to read.
std::vector<std::string> command_words(pid_t pid);

}  // namespace weir
