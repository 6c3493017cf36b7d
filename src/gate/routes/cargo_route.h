// cargo_route(): how a cargo is let run. Pure; a wrong answer costs time and never a build.
//
// passthrough  the gate is not asked
// cache        works with the package cache of the machine: no slot, but announced
// focus        small work that somebody waits for: starts at once, at a higher weight
// bulk         everything else: takes its turn
// Asked by cargo_command.h with the facts that it looked up.
#pragma once

#include <cstdint>
#include <string_view>

#include "gate/routes/cargo_arguments.h"

namespace weir::gate {

enum class CargoRoute : uint8_t { passthrough, cache, focus, bulk };

/// "passthrough", "cache", "focus", "bulk".
std::string_view cargo_route_name(CargoRoute route);

struct CargoFacts {
  bool is_nested = false;  // a cargo that has a lease started it
  bool is_in_member = false;  // the working directory belongs to one member of several
  bool is_warm = false;       // its lane was built before
  std::string_view wanted;  // GATE_BAND: "focus" or "bulk" decide for what would get a lease
};

CargoRoute cargo_route(const CargoArguments& arguments, const CargoFacts& facts);

/// The band was told from the words alone: what such commands took before tells it better.
bool is_band_guessed(const CargoArguments& arguments, std::string_view wanted);

/// True when the answer depends on no fact but is_nested: nothing has to be looked up.
bool is_cargo_passthrough(const CargoArguments& arguments);

}  // namespace weir::gate
