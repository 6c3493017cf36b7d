// What the gate knows about each subcommand of cargo.
//
// A table of facts, read by cargo_arguments.h and cargo_route.h. A name that is not in
// it is an alias, a program cargo-NAME or a mistake.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::gate {

/// What a subcommand occupies while it works.
enum class CargoWork : uint8_t {
  nothing,  // answers and ends; takes no lock that a build needs
  cache,    // the package cache of the machine ($CARGO_HOME/.package-cache)
  compile,  // lanes and processors
  clean,    // deletes in the target directory, without a lock
};

struct CargoSubcommand {
  std::string_view name;
  CargoWork work = CargoWork::nothing;
  std::string_view profile = "dev";  // of a compile without --release and --profile
  bool is_check = false;             // leaves no artifacts: takes no lock under target-dir
  bool runs_program = false;         // what it has compiled runs afterwards, outside of the lane
  bool is_bulk = false;              // however little was asked for
};

/// Null for a name that is not a subcommand of cargo itself or one of the well-known programs.
const CargoSubcommand* find_cargo_subcommand(std::string_view name);

/// "build" for "b"; empty when it is none of the abbreviations that cargo has itself.
std::string_view cargo_abbreviation(std::string_view name);

}  // namespace weir::gate
