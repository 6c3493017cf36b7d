// Session: one connection of a client to the daemon: lines in, lines out.
//
// The server makes one for each accepted socket and runs it. Reading stops while much is still to
// be written, and between lines others get their turn, so that a client that floods only slows
// itself. What a line means is the SessionHost's; the session knows bytes.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "gate/protocol/line_framer.h"
#include "gate/protocol/rpc.h"
#include "gate/request.h"
#include "loop/loop.h"

namespace weir::gate::daemon {

class Session;

class SessionHost {
 public:
  virtual ~SessionHost() = default;
  virtual void take_line(Session& session, const std::string& line) = 0;
};

class Session {
 public:
  Session(loop::Loop& loop, std::uint64_t id, UniqueFd socket, SessionHost& host);

  /// Reads and writes until the client has gone, or close().
  loop::Task<void> run();

  /// Queues a line; the descriptors go with its first byte. Never waits.
  void send(std::string line, std::vector<UniqueFd> descriptors = {});
  void reply(const Value& id, Value result, std::vector<UniqueFd> descriptors = {});
  void refuse(const Value& id, protocol::RpcError error);
  void notify(const std::string& method, Value params);
  /// What is queued is still written if it can be at once; then the connection ends.
  void close();

  std::uint64_t id() const { return id_; }
  bool is_closed() const { return closing_.cancelled(); }

  bool greeted = false;
  ProcessIdentity peer;
  int requests = 0;        // that wait for their grant

 private:
  struct Outgoing {
    std::string bytes;
    std::vector<UniqueFd> descriptors;
    size_t sent = 0;
  };
  loop::Task<void> read_all();
  loop::Task<void> write_all();
  bool take_lines();
  bool receive();
  Result<bool> write_some();

  loop::Loop& loop_;
  std::uint64_t id_;
  UniqueFd socket_;
  SessionHost& host_;
  loop::FdPoller poller_;
  loop::CancelSource closing_;
  loop::Event queue_changed_;
  loop::Event drained_;
  protocol::LineFramer framer_;
  std::deque<Outgoing> queue_;
  size_t queued_ = 0;  // bytes
};

}  // namespace weir::gate::daemon
