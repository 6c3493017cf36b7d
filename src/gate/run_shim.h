// What `gate run` and the shims of other programs than cargo become: a command with the lane, band
// and cost that were given, or that gate.json has for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gate/environment_list.h"

namespace weir::gate {

/// The options of `gate run`; what is not given comes from the routes.
struct RunSettings {
  std::optional<std::string> lane;  // a name, or a path when there is a slash in it
  std::string band;                 // "focus" or "bulk"; empty: not given
  std::optional<int> jobs;          // 0: as many as there are processors
  std::uint64_t memory = 0;         // bytes for each job; 0: not given
};
/// As words that run_command_shim() reads back.
std::vector<std::string> words_of(const RunSettings& settings);

/// `words` are a name, those of words_of(), and the command. Never returns.
[[noreturn]] void run_command_shim(std::vector<std::string> words, EnvironmentList environment);

/// A shim of another program than cargo: `words` are the command. Never returns.
[[noreturn]] void run_program_shim(std::vector<std::string> words, EnvironmentList environment);

}  // namespace weir::gate
