#include "gate/routes/cargo_list.h"

#include <sstream>

namespace weir::gate {

CargoList::CargoList(std::string_view listing) {
  std::istringstream lines{std::string(listing)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    ")) continue;  // a heading
    std::string name;
    std::istringstream(line) >> name;
    names_.insert(std::move(name));
  }
}

bool CargoList::has(std::string_view name) const { return names_.contains(std::string(name)); }

std::optional<CargoList> ask_cargo_list(ProgramCall call) {
  call.words.emplace_back("--list");
  auto listing = program_output(call);
  if (!listing) return {};
  return CargoList(*listing);
}

}  // namespace weir::gate
