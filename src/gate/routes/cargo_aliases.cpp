#include "gate/routes/cargo_aliases.h"

#include <sstream>

namespace weir::gate {

CargoAliasList::CargoAliasList(std::string_view listing) {
  std::istringstream lines{std::string(listing)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    ")) continue;  // a heading
    std::istringstream words(line);
    std::string name;
    std::string mark;
    words >> name >> mark;
    std::vector<std::string> meaning;
    if (mark == "alias:") {
      for (std::string word; words >> word;) meaning.push_back(std::move(word));
    }
    names_[name] = std::move(meaning);
  }
}

bool CargoAliasList::has(std::string_view name) const { return names_.contains(std::string(name)); }

std::optional<std::vector<std::string>> CargoAliasList::find(std::string_view name) const {
  const auto found = names_.find(std::string(name));
  if (found == names_.end() || found->second.empty()) return {};
  return found->second;
}

std::optional<CargoAliasList> ask_cargo_aliases(ProgramCall call, const std::string& toolchain) {
  if (!toolchain.empty()) call.words.push_back("+" + toolchain);
  call.words.emplace_back("--list");
  call.environment.emplace_back("RUSTUP_AUTO_INSTALL=0");
  auto listing = program_output(call);
  if (!listing) return {};
  return CargoAliasList(*listing);
}

}  // namespace weir::gate
