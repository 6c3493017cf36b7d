// Request: what a client asks the gate for, as a value.
//
// Made by the routes (the cargo shim, `gate run`), carried by the protocol, kept
// by the policy while it waits and inside its lease while it runs. Nothing here
// reads a clock or the system: instants are given by the caller.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "gate/lane.h"

namespace weir::gate {

/// Milliseconds since boot, suspended time included (CLOCK_BOOTTIME).
using Instant = std::chrono::milliseconds;
using Duration = std::chrono::milliseconds;

/// Focus: somebody waits for a small thing; it starts at once and at a higher
/// processor weight. Bulk: the rest.
enum class Band : std::uint8_t { focus, bulk };

/// "focus" or "bulk".
constexpr const char* band_name(Band band) { return band == Band::focus ? "focus" : "bulk"; }

/// A process that cannot be mistaken for another: process ids wrap within hours.
struct ProcessIdentity {
  std::string boot;  // /proc/sys/kernel/random/boot_id
  pid_t pid = 0;
  std::uint64_t start = 0;  // field 22 of /proc/PID/stat, in clock ticks since boot

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

struct Request {
  std::uint64_t id = 0;   // given by the daemon, rising, never 0; its lease has the same
  std::string requester;  // who, for fairness and for people: GATE_REQUESTER, or a name
  uid_t uid = 0;
  ProcessIdentity client;
  pid_t group = 0;      // the process group of the client; 0: not known
  std::string command;  // one line for people
  std::string shape;    // the key of its history: command word, subcommand, profile, workspace
  std::string directory;
  LaneKey lane;
  LaneKey side_lane;     // where a focus request may build while bulk has its lane; mostly empty
  bool is_aside = false;  // it was granted the side lane: that is its lane now
  Band band = Band::bulk;
  bool guesses_band = false;  // history knows better, where it has such commands
  int max_jobs = 0;                   // at most so many jobs at once; 0: no cap
  bool wants_tokens = false;          // a client of the jobserver protocol
  bool runs_program = false;          // a cargo that runs what it has built: `run`, `test`, …
  std::uint64_t memory_per_job = 0;   // bytes; 0: not known
  std::optional<Duration> usual;      // the median of its shape, when there is history
  std::optional<Duration> late_after;  // the 90th percentile of its shape
  Instant submitted{0};
  int bump = 0;                       // larger goes first
  std::optional<Instant> not_before;  // waits until then
};

}  // namespace weir::gate
