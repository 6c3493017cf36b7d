// Lease: the right to run one command, move-only, given back when it goes away.
//
// Called by the cargo shim and `gate run`. acquire() asks the daemon (started when absent), waits
// as long as it takes and tells about the wait; where there is no daemon to be had it falls back to
// the lock files, and where these cannot be had it goes on without: nothing the gate does fails a
// command. A killed daemon changes nothing for who holds a lease: release() finds the new one.
//
//   auto lease = Lease::acquire(request, options);
//   if (!lease) …                        // stopped by the caller, or by `gate kill`
//   environment: GATE_LEASE=lease->tag(), jobs() or the token pipe; setpriority(lease->nice())
//   lease->started(child); … lease->release({.code = 0});
#pragma once

#include <functional>
#include <memory>

#include "gate/client.h"

namespace weir::gate {

/// What a waiting command can tell a person.
struct WaitNotice {
  Duration waited{0};
  std::string line;  // "lane ~/proj/target is held by cargo build (me, 3m10s, …); 1st in line"
  Value explanation;  // as `gate why --json` gives it; null in the fallback
};

struct LeaseOptions {
  ClientOptions client;
  /// Called after wait_first and then every wait_every, from acquire().
  std::function<void(const WaitNotice&)> on_wait;
  /// One line, at most once: why there is no daemon, for stderr.
  std::function<void(const std::string&)> on_warning;
  int stop_fd = -1;  // readable: give up
  Duration wait_first{2'000};
  Duration wait_every{20'000};
  Duration max_wait{0};  // GATE_MAX_WAIT: then it goes on without a lease; 0: no bound
};

class Lease {
 public:
  enum class Kind {
    granted,  // by the daemon
    fallback,  // by the lock files
    ungated,  // neither; to be run niced
  };

  /// Of `request`, who and what is used; ids, identities and instants are the daemon's.
  /// ErrorKind::cancelled: stop_fd, or somebody killed the waiting request. No other error.
  static Result<Lease> acquire(Request request, const LeaseOptions& options);

  Lease(Lease&&) noexcept;
  Lease& operator=(Lease&&) noexcept;
  /// Releases it as a command that failed, when release() was not called.
  ~Lease();

  Kind kind() const;
  std::uint64_t id() const;  // 0 unless granted
  const std::string& tag() const;  // for GATE_LEASE; "" unless granted
  Band band() const;
  bool is_aside() const;  // the side lane is what it has
  int jobs() const;  // for CARGO_BUILD_JOBS and RUST_TEST_THREADS; 0: leave it alone
  int nice() const;
  Duration waited() const;
  /// The two ends of the token pipe, blocking and close-on-exec: give copies to the child. -1:
  /// none.
  int token_reader() const;
  int token_writer() const;
  /// Its lock files, for a process that must have copies until nothing of the command is left.
  std::vector<int> locks() const;

  /// The command runs as this process now, a child of the caller.
  void started(pid_t child);
  /// How far it has come. Quick; nobody has to hear it.
  void announce(const protocol::Progress& progress);
  /// Its end. The lane is free when nothing of the command is left: at once when it ended by
  /// itself, else when the daemon and who has copies of the locks say so. Waits for the daemon at
  /// most as long as a connection and a call may take; where there is none at that moment, the end
  /// of the calling process gives the lease back to the next one.
  void release(const protocol::Outcome& outcome);

 private:
  struct State;
  explicit Lease(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::gate
