// EventFeed: the events of the journal for the sessions that watch them.
//
// A watcher names the last event it has seen and gets all that came since, from the store, then
// each as it happens: none is left out and none comes twice. A watcher that does not read is closed
// (it can come again and go on from where it was).
#pragma once

#include "gate/daemon/gatekeeper.h"

namespace weir::gate::daemon {

class EventFeed {
 public:
  EventFeed(loop::Loop& loop, Journal& journal, SessionDirectory& sessions);

  /// Events after `after` go to the session from now on; nothing: those that come.
  void watch(Session& session, std::optional<std::uint64_t> after);
  void forget(const Session& session);
  /// REQUIRED before the end.
  loop::Task<void> stop();

 private:
  struct Watcher {
    std::uint64_t seen;
    bool is_live;  // has caught up with the store
  };
  void take(const AddEvent& event);
  loop::Task<void> catch_up(std::uint64_t session);

  loop::Loop& loop_;
  Journal& journal_;
  SessionDirectory& sessions_;
  std::map<std::uint64_t, Watcher> watchers_;
  loop::TaskGroup tasks_;
  loop::CancelSource stopping_;
};

/// {"id", "time_ms", "kind", "subject", "data"}
Value to_value(const AddEvent& event);

}  // namespace weir::gate::daemon
