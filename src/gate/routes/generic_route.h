// GenericRoute: how a command that is no cargo is let run, as gate.json says.
//
//     {"routes": [{"command": "make", "lane": "directory", "jobs_flag": "-j"},
//                 {"command": "npm test", "lane": "directory", "band": "bulk", "jobs": 2},
//                 {"command": "go version", "band": "passthrough"}],
//      "checks_aside": false}
//
// command    words that the command begins with; `*` and `?` stand for characters of a word
// lane       "directory": the working directory; "none"; else a name, or a path with a slash
// band       "bulk" (also when left out), "focus", or "passthrough": the gate is not asked
// jobs       how much it does at once (1); 0: as much as the machine can
// jobs_flag  the flag that says so in the command: "-j" reads -j4 and -j 4, and -j alone as 0
// memory     for each job: "500M"
//
// note       for people; the document may have one, too
//
// All may be left out but command; others are errors. The first route that fits counts. Pure; used
// by the shim.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::gate {

enum class GenericBand : std::uint8_t { passthrough, focus, bulk };

struct GenericRoute {
  std::vector<std::string> command;
  std::string lane = "none";
  GenericBand band = GenericBand::bulk;
  int jobs = 1;
  std::string jobs_flag = {};
  std::uint64_t memory = 0;  // bytes; 0: not known
};

/// All that gate.json says.
struct GateSettings {
  std::vector<GenericRoute> routes;
  bool checks_aside = true;  // a focused check has a build directory of its own while bulk builds
};

/// Errors name the route, by its number from 1, and the member, one that is unknown, too.
Result<GateSettings> parse_gate_settings(std::string_view json);

/// The first that fits a command, whose first word may be a path; null when none does.
const GenericRoute* find_route(std::span<const GenericRoute> routes,
                               std::span<const std::string> words);

/// How much this command does at once.
int jobs_of(const GenericRoute& route, std::span<const std::string> words);

}  // namespace weir::gate
