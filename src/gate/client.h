// Client: one blocking connection to the gate daemon.
//
// Called by the cargo shim and by Lease directly, by builtins on the thread pool. It is plain
// poll(2) with a deadline everywhere, no loop. connect() starts the daemon when there is none.
// Not thread-safe; one call at a time (replies that belong to earlier calls are dropped).
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "base/value.h"
#include "gate/daemon_start.h"
#include "gate/places.h"
#include "gate/protocol/line_framer.h"
#include "gate/protocol/messages.h"
#include "gate/protocol/rpc.h"

namespace weir::gate {

struct ClientOptions {
  Places places;
  std::string program = "weir";
  bool starts_daemon = true;
  std::string weir = kThisProgram;  // what becomes the daemon
  Duration connect_limit{50};
  Duration hello_limit{200};
  Duration start_limit{3000};  // for a daemon that is being started
};

/// A message of the daemon, with the descriptors that came beside it.
struct Incoming {
  protocol::Message message;
  std::vector<UniqueFd> descriptors;
};

class Client {
 public:
  /// Connected, and greeted. ErrorKind::not_found: no daemon, and none could or should be started;
  /// refused: it speaks another version; limit: it did not answer in time.
  static Result<Client> connect(const ClientOptions& options);

  /// The result of a call, or its error. Notifications that come before it are kept.
  Result<Value> call(const std::string& method, Value params, Duration limit);
  /// Sends without waiting for anything to be answered.
  Result<void> notify(const std::string& method, Value params);

  /// Sends a call whose reply is read with receive(). Gives its id.
  Result<Value> send_call(const std::string& method, Value params);
  /// The next message. Nothing when the limit is over first; ErrorKind::broken_pipe when the daemon
  /// is gone, cancelled when `stop_fd` (unless -1) becomes readable first.
  Result<std::optional<Incoming>> receive(Duration limit, int stop_fd = -1);

  const protocol::Hello& daemon() const { return daemon_; }
  int fd() const { return socket_.get(); }

 private:
  explicit Client(UniqueFd socket) : socket_(std::move(socket)) {}
  static Result<Client> connect_once(const ClientOptions& options);
  Result<void> greet(const ClientOptions& options);
  Result<void> send(std::string_view line);
  /// Why it takes nothing more, when it has said so.
  Error last_words(Error otherwise);
  Result<std::optional<Incoming>> next_framed();
  Result<std::optional<Incoming>> read_until(Instant deadline, int stop_fd);

  UniqueFd socket_;
  protocol::LineFramer framer_;
  std::vector<UniqueFd> descriptors_;  // came with bytes that are no whole message yet
  std::deque<Incoming> kept_;  // notifications that came during call()
  protocol::Hello daemon_;
  std::int64_t last_id_ = 0;
};

}  // namespace weir::gate
