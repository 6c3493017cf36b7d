// State: everything the admission policy decides from, as one value.
//
// Owned by the daemon, changed only by the functions of policy.h, read by
// explain.h and by whoever shows it. A copy is independent: `gate plan` submits to
// a copy. REQUIRES (by everyone): no two waiting or running requests have the same id.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gate/lease_record.h"
#include "gate/request.h"
#include "gate/waiting_line.h"

namespace weir::gate {

/// Readings of the machine. The defaults are a machine without pressure.
struct Machine {
  int processors = 1;                                // affinity and cgroup quota, at least 1
  std::uint64_t memory_available = ~std::uint64_t{0};  // bytes
  double memory_some10 = 0;                          // PSI, percent
  double io_full10 = 0;
  int slots_taken = 0;  // by commands that run without the daemon, by their lock files

  friend bool operator==(const Machine&, const Machine&) = default;
};

/// What `gate limit` can change. 0 means: follow the number of processors.
struct Limits {
  int jobs = 0;         // tokens and slots of the bulk band together; 0: processors
  int focus_slots = 0;  // focus leases at once; 0: max(1, jobs / 4)
  int bulk_slots = 0;   // bulk leases at once; 0: jobs
  Duration age_bound = std::chrono::minutes(5);  // waiting longer: by age, and its lane is promised
  Duration demote_after = std::chrono::seconds(20);  // a focus lease past this and 3 × its usual
  Duration start_bound =
      std::chrono::seconds(1);  // so long a fresh lease may leave its tokens idle
  Duration idle_bound{100};  // a token idle for so long can be taken back
  Duration run_bound = std::chrono::minutes(10);  // a run phase keeps its slot so long
  Duration starve_bound = std::chrono::seconds(60);
  double memory_pressure = 10;  // PSI some, percent
  double io_pressure = 40;  // PSI full, percent

  friend bool operator==(const Limits&, const Limits&) = default;
};

/// `gate pause`: waiting requests that are not to start. Leases go on.
struct Hold {
  enum class Kind : std::uint8_t { all, band, requester, lane };
  Kind kind = Kind::all;
  std::string name;  // "focus"/"bulk", the requester, or a directory of the lane; "" for all
  std::string by;  // who paused
  Instant since{0};

  /// The same thing is held, by whomever.
  bool same_target(const Hold& other) const { return kind == other.kind && name == other.name; }
  bool holds(const Request& request) const;
};

struct State {
  std::map<std::uint64_t, Request> waiting;
  std::map<std::uint64_t, LeaseRecord> leases;
  Machine machine;
  Limits limits;
  std::vector<Hold> holds;
  std::set<std::uint64_t> locked_out;  // waiting, and a command without the daemon has their lane

  // For the policy alone.
  std::array<WaitingLine, 2> lines;  // by Band
  std::uint64_t memory_promised = 0;  // given out since the machine was read
  std::optional<Instant> wake;  // the first not_before of what is parked as held

  WaitingLine& line(Band band) { return lines[static_cast<std::size_t>(band)]; }
  const WaitingLine& line(Band band) const { return lines[static_cast<std::size_t>(band)]; }

  // The limits in force, without what commands beside the daemon have taken.
  int jobs() const;
  int focus_slots() const;
  int bulk_slots() const;
};

}  // namespace weir::gate
