// The typed messages of the gate beside requests: hello, the grant, how a command ended, progress.
//
// Methods and their params are described for machines by rpc.discover (discover.h). Here is what
// both sides of the code share: a struct, its JSON and back. Instants never cross: durations do.
#pragma once

#include <optional>

#include "base/value.h"
#include "gate/request.h"

namespace weir::gate::protocol {

/// A peer talks to another when the newest version of one is no older than the oldest of the other.
constexpr int kVersion = 1;
constexpr int kOldestVersion = 1;

struct Hello {
  int version = kVersion;
  int oldest = kOldestVersion;
  std::string program;  // "weir 0.1.0"
  pid_t pid = 0;  // of who says it
};
Value to_value(const Hello& hello);
Result<Hello> parse_hello(const Value& value);
bool can_talk(const Hello& ours, const Hello& theirs);

/// The answer to `request`. Descriptors come beside its first byte: the two ends of the token pipe
/// when has_tokens, then `locks` locked files, to be kept open as long as the lease.
struct Grant {
  std::uint64_t lease = 0;
  std::string tag;  // GATE_LEASE of everything that runs for it
  Band band = Band::bulk;
  bool is_aside = false;  // it is to build in its side lane
  int jobs = 1;  // for what is no client of the jobserver: CARGO_BUILD_JOBS, RUST_TEST_THREADS
  bool has_tokens = false;
  int locks = 0;
  int nice = 0;
  Duration waited{0};
};
Value to_value(const Grant& grant);
Result<Grant> parse_grant(const Value& value);

/// `release`: how the command of a lease ended.
struct Outcome {
  int code = 0;  // the exit code; 128 + signal when a signal ended it
  int signal = 0;
  Duration processor_time{0};
  std::uint64_t memory = 0;  // peak resident bytes of its largest process

  /// Then it has waited for what it started; a signal leaves orphans.
  bool is_by_itself() const { return signal == 0 && code < 128; }
};
struct Release {
  std::uint64_t lease = 0;
  std::string tag;
  Outcome outcome;
};
Value to_value(const Release& release);
Result<Release> parse_release(const Value& value);

/// `announce`: how far a lease has come, or what happens without one (cache: who holds the
/// package cache).
struct Progress {
  std::uint64_t lease = 0;  // 0: none
  int done = 0;
  int total = 0;  // 0: not known
  std::string current;  // the crate being compiled
  std::string note;  // "cache: cargo search serde"
};
Value to_value(const Progress& progress);
Result<Progress> parse_progress(const Value& value);

}  // namespace weir::gate::protocol
