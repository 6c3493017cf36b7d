// CargoAliasList: the names that cargo knows beyond its own, as `cargo --list` tells them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gate/program_output.h"

namespace weir::gate {

class CargoAliasList {
 public:
  /// Reads what `cargo --list` prints.
  explicit CargoAliasList(std::string_view listing);

  /// An alias or a program of this name is there.
  bool has(std::string_view name) const;
  /// The words of an alias; nothing when the name is none.
  std::optional<std::vector<std::string>> find(std::string_view name) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> names_;  // without words: no alias
};

/// Asks the program of `call`, whose only word is its name. Nothing when it does not answer.
std::optional<CargoAliasList> ask_cargo_aliases(ProgramCall call, const std::string& toolchain);

}  // namespace weir::gate
