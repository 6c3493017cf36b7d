// What the flags of scatter and gather ask for.
#pragma once

#include <optional>
#include <string>

#include "kernel/arguments.h"
#include "scheduler/bounded_stream.h"
#include "scheduler/scatter_gather_runner.h"

namespace weir::kernel {

enum class ProgressMode : uint8_t { automatic, on, off };

struct ScatterSettings {
  scheduler::ScatterOptions run;
  std::string item_name = "ITEM";
  size_t keep = scheduler::kDefaultStreamMaxSize;
  std::string resume_file;  // empty: none
  ProgressMode progress = ProgressMode::automatic;
};

struct GatherSettings {
  bool unordered = false;
  bool lines = false;
  bool json = false;
};

/// Errors name the flag and are misuse (2).
Result<ScatterSettings> read_scatter_settings(const Arguments& args);
Result<GatherSettings> read_gather_settings(const Arguments& args);

}  // namespace weir::kernel
