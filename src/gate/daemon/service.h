// Service: what each method of the protocol does.
//
// The server hands it every line of every session. A method is a row of the table in service.cpp:
// its name, and a member that answers at once or leaves the answer for later (`request`).
#pragma once

#include "gate/daemon/event_feed.h"
#include "gate/daemon/gatekeeper.h"

namespace weir::gate::daemon {

/// What the methods ask of the server around them.
class ServerControl {
 public:
  virtual ~ServerControl() = default;
  virtual void begin_drain() = 0;   // no new requests; the end comes with the last lease
  virtual void stop_now() = 0;      // leases stay: the next daemon takes them over
  virtual bool is_draining() const = 0;
};

class Service : public SessionHost {
 public:
  Service(loop::Loop& loop, Gatekeeper& gatekeeper, EventFeed& feed, SessionDirectory& sessions,
          ServerControl& control, std::string program);
  /// Waits for answers that come from the store.
  loop::Task<void> join() { return tasks_.join(); }
  /// The names of all methods.
  static std::vector<std::string_view> method_names();

  void take_line(Session& session, const std::string& line) override;

 private:
  using Answer = std::expected<Value, protocol::RpcError>;
  /// Nothing: it is answered later, or not at all.
  using Maybe = std::optional<Answer>;
  struct Method {
    std::string_view name;
    Maybe (Service::*run)(Session&, const protocol::Call&);
    bool before_hello = false;
  };
  static const Method kMethods[];

  void take_call(Session& session, const protocol::Call& call);
  Maybe run(Session& session, const protocol::Call& call);

  Maybe hello(Session& session, const protocol::Call& call);
  Maybe ping(Session& session, const protocol::Call& call);
  Maybe request(Session& session, const protocol::Call& call);
  Maybe started(Session& session, const protocol::Call& call);
  Maybe announce(Session& session, const protocol::Call& call);
  Maybe release(Session& session, const protocol::Call& call);
  Maybe status(Session& session, const protocol::Call& call);
  Maybe lanes(Session& session, const protocol::Call& call);
  Maybe why(Session& session, const protocol::Call& call);
  Maybe plan(Session& session, const protocol::Call& call);
  Maybe history(Session& session, const protocol::Call& call);
  Maybe watch(Session& session, const protocol::Call& call);
  Maybe discover(Session& session, const protocol::Call& call);
  Maybe bump(Session& session, const protocol::Call& call);
  Maybe pause(Session& session, const protocol::Call& call);
  Maybe resume(Session& session, const protocol::Call& call);
  Maybe limit(Session& session, const protocol::Call& call);
  Maybe kill(Session& session, const protocol::Call& call);
  Maybe drain(Session& session, const protocol::Call& call);
  Maybe shutdown(Session& session, const protocol::Call& call);

  loop::Task<void> answer_history(std::uint64_t session, Value call_id, RunQuery query);

  Gatekeeper& gatekeeper_;
  EventFeed& feed_;
  SessionDirectory& sessions_;
  ServerControl& control_;
  std::string program_;
  Instant began_;
  loop::TaskGroup tasks_;
};

}  // namespace weir::gate::daemon
