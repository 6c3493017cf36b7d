// SessionWeight: how much processor the kernel gives to this session, while a lease runs in it.
//
// With CONFIG_SCHED_AUTOGROUP a nice value counts only inside of one session, and agents run in
// sessions of their own: so a bulk lease also lowers the weight of its session, and its end sets it
// back. A session with a terminal is left alone, a person types in it; so is a weight that somebody
// else has chosen. Without autogroups this does nothing.
#pragma once

#include "gate/request.h"

namespace weir::gate {

class SessionWeight {
 public:
  explicit SessionWeight(Band band);
  ~SessionWeight();
  SessionWeight(const SessionWeight&) = delete;
  SessionWeight& operator=(const SessionWeight&) = delete;

 private:
  bool was_lowered_ = false;
};

}  // namespace weir::gate
