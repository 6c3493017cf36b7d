// GateHome: a gate of its own for one test: private directories, the built weir as its daemon.
//
// While it lives the environment names its directories, so that clients, programs and the daemon
// that the first client starts all meet there. Its end ends the daemon. GateChild is a process that
// holds leases and can be killed.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gate/lease.h"
#include "support/temp_directory.h"

namespace weir::test {

class GateHome {
 public:
  GateHome();
  ~GateHome();
  GateHome(const GateHome&) = delete;
  GateHome& operator=(const GateHome&) = delete;

  gate::Places places() const;
  gate::ClientOptions client_options() const;
  /// Who waits for a minute goes on without a lease: a test fails then, and does not hang.
  gate::LeaseOptions lease_options() const;
  const std::filesystem::path& path() const { return directory_.path(); }

  /// A connection; a daemon is started when there is none. Throws what went wrong.
  gate::Client connect() const;
  /// Of the running daemon; 0: none.
  pid_t daemon_pid() const;
  /// Its status, from a connection of its own. REQUIRES: one runs.
  Value status() const;
  /// kill -9; ends when it is gone.
  void kill_daemon() const;
  /// Asks until `holds` is true of the status; false after 30 s.
  bool eventually(const std::function<bool(const Record& status)>& holds) const;

 private:
  TempDirectory directory_;
};

/// A request of a command in this lane; an empty lane meets nothing.
gate::Request gate_request(std::string command, std::string lane = "");

/// How many leases a status shows, and how many wait.
size_t leases_in(const Record& status);
size_t waiting_in(const Record& status);

/// A program that sleeps and has none of our descriptors, with the tag of a lease unless that is
/// empty. -1: it could not be started.
pid_t start_sleeper(const std::string& tag);

/// A forked process that runs `body`, which tells the test by writing to a pipe.
class GateChild {
 public:
  explicit GateChild(const std::function<void(int tell)>& body);
  ~GateChild();
  GateChild(const GateChild&) = delete;
  GateChild& operator=(const GateChild&) = delete;

  pid_t pid() const { return pid_; }
  /// Waits for the next byte; '\0' at the end, and when it says nothing for a minute.
  char hear() const;
  /// The same; nothing when it says nothing for so long.
  std::optional<char> hear_within(int milliseconds) const;
  void signal(int number) const;
  /// Reaps it, and gives its raw wait status. What has not ended in a minute is killed.
  int wait();

 private:
  pid_t pid_ = -1;
  UniqueFd reader_;
};

}  // namespace weir::test
