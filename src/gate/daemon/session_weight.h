// SessionWeight: the processor weight of login sessions while leases run in them.
//
// With CONFIG_SCHED_AUTOGROUP a nice value acts only inside one session, and agents run in sessions
// of their own: so the session itself is niced while bulk runs in it, and is put back after. The
// value is the session's, whichever of its processes is named, and holds for all of them. A session
// with a terminal is left alone, a person types in it; so is one whose weight somebody else has
// chosen. Where the kernel has no autogroups, or refuses, nothing happens.
//
// Unlike a process, a session can be raised again by its owner. But of ordinary users the kernel
// takes one write in 100 ms on the whole machine: what it did not take is tried again by retry().
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "gate/lease_record.h"

namespace weir::gate::daemon {

class SessionWeight {
 public:
  /// `weight` for this session from now on; full: what it was before. `process` is one of it.
  void set(pid_t session, pid_t process, Weight weight);
  /// Tries again what the kernel did not take. Does nothing when there is no such thing.
  void retry();
  bool has_pending() const;
  /// Puts all back.
  void restore_all();
  /// A daemon before us had a lease in this session: what it has set is ours to put back. Nothing
  /// is written before set() or retry().
  void adopt(pid_t session, pid_t process);

 private:
  struct Touched {
    pid_t process;  // by which it is reached
    std::string group;  // the kernel's name of it: it is not used a second time
    int wanted;
    int now;
  };
  std::map<pid_t, Touched> touched_;
};

/// Of the session of a process.
struct Autogroup {
  std::string name;  // "/autogroup-5"
  int nice = 0;
};
/// Nothing without autogroups.
std::optional<Autogroup> autogroup_of(pid_t process);

}  // namespace weir::gate::daemon
