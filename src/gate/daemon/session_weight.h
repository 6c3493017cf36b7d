// SessionWeight: the processor weight of login sessions while bulk leases run in them.
//
// With CONFIG_SCHED_AUTOGROUP a nice value acts only inside one session, and agents run in sessions
// of their own: so the session itself is niced while it has bulk leases and no focus lease, and is
// put back after. Where the kernel has no autogroups, or refuses, nothing happens.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>

namespace weir::gate::daemon {

class SessionWeight {
 public:
  /// `nice` for this session from now on; nothing: what it was before. Any process of the session
  /// may be named to reach it.
  void set(pid_t session, pid_t process, std::optional<int> nice);
  /// Puts all back.
  void restore_all();

 private:
  struct Touched {
    pid_t process;  // by which it was reached
    int before;
    int now;
  };
  std::map<pid_t, Touched> touched_;
};

/// Of the session of this process; nothing without autogroups.
std::optional<int> autogroup_nice(pid_t process);

}  // namespace weir::gate::daemon
