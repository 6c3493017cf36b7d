// PendingSignals: signals that have arrived for a context, and whose trap has not run yet.
#pragma once

#include <algorithm>
#include <deque>

#include "loop/loop.h"

namespace weir::kernel {

class PendingSignals {
 public:
  explicit PendingSignals(loop::Loop& loop) : arrived_(loop) {}

  /// One that comes again before its trap has run is one.
  void add(int signal) {
    if (!contains(signal)) signals_.push_back(signal);
    arrived_.pulse();
  }
  bool empty() const { return signals_.empty(); }
  bool contains(int signal) const { return std::ranges::find(signals_, signal) != signals_.end(); }
  /// The oldest of those that `counts`; 0: there is none.
  int first_of(bool (*counts)(int)) const {
    const auto found = std::ranges::find_if(signals_, counts);
    return found == signals_.end() ? 0 : *found;
  }
  int take_first() {
    const int signal = signals_.front();
    signals_.pop_front();
    return signal;
  }
  loop::Event& arrived() { return arrived_; }  // pulsed

 private:
  std::deque<int> signals_;  // oldest first
  loop::Event arrived_;
};

}  // namespace weir::kernel
