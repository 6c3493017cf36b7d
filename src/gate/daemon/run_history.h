// RunHistory: how long commands of a shape took, for the estimates that requests are given.
//
// Owned by the gatekeeper; loaded from the store at the start and fed with each end. Keeps the last
// runs that succeeded of each shape in memory, bounded.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "base/value.h"
#include "gate/estimate.h"

namespace weir::gate::daemon {

class RunHistory {
 public:
  /// Rows of Store::runs, newest first.
  void load(const std::vector<Value>& rows);
  void add(const std::string& shape, const Sample& sample);
  /// Sets usual, late_after and memory_per_job where history knows them, and a band that was
  /// guessed.
  void inform(Request& request) const;
  Estimate estimate_of(const std::string& shape) const;

 private:
  std::map<std::string, std::deque<Sample>, std::less<>> samples_;  // oldest first
};

/// The part of a run's row that is a sample.
Value to_value(const Sample& sample);

}  // namespace weir::gate::daemon
