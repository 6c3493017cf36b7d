// CargoList: the names that a cargo knows, its own, aliases and programs, as `cargo --list` tells
// them. What it does not know is a mistake, which cargo will tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "gate/program_output.h"

namespace weir::gate {

class CargoList {
 public:
  /// Reads what `cargo --list` prints.
  explicit CargoList(std::string_view listing);

  bool has(std::string_view name) const;

 private:
  std::unordered_set<std::string> names_;
};

/// Asks the cargo of `call`, whose words are its name and toolchain. Nothing when it does not
/// answer.
std::optional<CargoList> ask_cargo_list(ProgramCall call);

}  // namespace weir::gate
