// The waiting part of Lease::acquire: from a request to a grant of the daemon or of the lock files.
//
// For lease.cpp only. A daemon that goes away while we wait is looked for (and started) again, and
// asked with the first instant of submission, so that nobody loses the place in the line.
#pragma once

#include <variant>

#include "gate/fallback.h"
#include "gate/lease.h"

namespace weir::gate {

struct DaemonGrant {
  Client client;
  protocol::Grant grant;
  UniqueFd token_reader;
  UniqueFd token_writer;
  std::vector<UniqueFd> locks;
};

/// Tells about the wait at the right moments, whoever is waited for.
class WaitTeller {
 public:
  WaitTeller(const LeaseOptions& options, Instant submitted)
      : options_(options), submitted_(submitted), next_(submitted + options.wait_first) {}

  /// A daemon has been asked: what the one before it said is over.
  void ask();
  void update(std::string line, Value explanation);
  /// Tells when it is time to. Gives how long until then.
  Duration tick();
  void warn(const std::string& line);

 private:
  const LeaseOptions& options_;
  Instant submitted_;
  Instant next_;
  WaitNotice latest_;
  bool has_warned_ = false;
};

Result<std::variant<DaemonGrant, FallbackGrant>> wait_for_grant(const Request& request,
                                                                const LeaseOptions& options,
                                                                WaitTeller& teller);

}  // namespace weir::gate
