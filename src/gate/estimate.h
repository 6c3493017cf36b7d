// Estimates: how long a command of some shape takes, and what it needs.
//
// Pure. The store keeps the samples of a shape's successful runs; the daemon puts
// the estimate into a request (usual, late_after, memory_per_job) before it submits
// it. Nothing is claimed before there are three runs.
#pragma once

#include <optional>
#include <span>

#include "gate/request.h"

namespace weir::gate {

/// Samples older than this many runs are not looked at.
inline constexpr std::size_t kSamplesKept = 50;
inline constexpr std::size_t kSamplesNeeded = 3;

/// One successful run, from the grant to the end.
struct Sample {
  Duration duration{0};
  Duration processor_time{0};
  std::uint64_t memory_per_job = 0;  // peak of all its processes, by the jobs it had at most
};

struct Estimate {
  std::size_t runs = 0;                // that were looked at
  std::optional<Duration> usual;       // median
  std::optional<Duration> late_after;  // 90th percentile
  Duration average{0};                 // exponential, weight 1/4 for the newest; 0 without a run
  Duration processor_time{0};          // the same average
  std::uint64_t memory_per_job = 0;    // 90th percentile; 0: not known
};

/// Of the last kSamplesKept. `samples`: oldest first.
Estimate estimate(std::span<const Sample> samples);

/// How long until it ends. Zero when it should have ended already; nothing when that is not known.
std::optional<Duration> time_left(std::optional<Duration> usual, Duration elapsed);

}  // namespace weir::gate
