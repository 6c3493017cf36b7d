// FinishedUnits: how many units of a build from nothing are done, by what cargo notes for itself.
//
// cargo writes DIR/.fingerprint/PACKAGE-HASH/UNIT.json when a compiler has ended well, a directory
// for each unit, and looks there before the next build. So they are counted without a trace in the
// build. That is no interface of cargo: where it writes them otherwise, or somebody built there
// before, the number is of no use. Used by run_leased() beside CompileWatch, which misses quick
// compilers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "gate/lane.h"

namespace weir::gate {

class FinishedUnits {
 public:
  explicit FinishedUnits(const LaneKey& lane);

  /// So far; 0 where nothing can be seen. Looks only at what was not done the last time.
  int count();

 private:
  void look_at(const std::string& directory);

  std::vector<std::string> directories_;
  std::set<std::string> done_;      // directories of units
  std::set<std::string> run_only_;  // of scripts that have run: no compiler was started for them
};

}  // namespace weir::gate
