// spawn(): one external command, started with vfork semantics.
//
// Costs the same whatever the size of the shell. The child sets its process
// group (and takes the terminal) before it becomes the program; a failure to
// exec comes back as an Error with the errno, and the terminal to who had it. Ctrl-Z, Ctrl-C and
// Ctrl-\ that the terminal sends it before the exec count as sent to the program, or, where it does
// not come to be, to this process, Ctrl-Z to both. Every descriptor of weir is
// close-on-exec: the child has those of `fds`, and what weir itself inherited
// beyond 2 unless `closed` names it.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <csignal>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace weir::scheduler {

struct FdMapping {
  int child = 0;  // number in the child
  int parent = 0;  // descriptor of this process
};

struct SpawnSpec {
  const char* path = nullptr;  // the resolved file; relative ones are against cwd
  std::span<char* const> argv;  // ends with a null pointer
  std::span<char* const> environment;  // ends with a null pointer
  int cwd_fd = -1;  // working directory; -1: this process's
  std::span<const FdMapping> fds;
  std::span<const int> closed;  // inherited numbers the child must not have
  std::optional<pid_t> group;  // nothing: this process's; 0: its own; else join that one
  int terminal_fd = -1;  // hand this terminal to the group before exec; -1: no
  mode_t mask = 022;
  std::span<const std::pair<int, rlimit>> limits;
  const sigset_t* ignored = nullptr;  // signals that stay ignored in the child; others default
  int nice = 0;
};

/// The pid of the child, which the caller must give to the Reaper before it
/// next awaits. Errors: sys holds the errno of the failing step (execve's
/// ENOENT, EACCES, ENOEXEC, E2BIG; setpgid's; chdir's).
Result<pid_t> spawn(const SpawnSpec& spec);

}  // namespace weir::scheduler
