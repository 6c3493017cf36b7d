// SignalTakers: the parts of a job, or of a script, that a signal comes to before it ends all.
#pragma once

#include <functional>
#include <list>
#include <utility>

namespace weir::scheduler {

/// Whether the signal is for it: it ignores it, or acts on it and goes on.
using SignalTaker = std::function<bool(int)>;

class SignalTakers {
 public:
  using Place = std::list<SignalTaker>::iterator;

  Place add(SignalTaker taker) { return takers_.insert(takers_.begin(), std::move(taker)); }
  void remove(Place place) { takers_.erase(place); }

  /// By the first that takes it, innermost first.
  bool take(int signal) {
    for (const SignalTaker& taker : takers_) {
      if (taker(signal)) return true;
    }
    return false;
  }

 private:
  std::list<SignalTaker> takers_;
};

}  // namespace weir::scheduler
