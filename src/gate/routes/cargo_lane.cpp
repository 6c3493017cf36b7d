#include "gate/routes/cargo_lane.h"

#include <unistd.h>

#include <algorithm>

namespace weir::gate {

namespace {

/// What cargo calls the directory of a triple: its name, or that of a target file.
std::string triple_directory(std::string_view triple) {
  if (!triple.ends_with(".json")) return std::string(triple);
  triple.remove_suffix(5);
  return std::string(triple.substr(triple.rfind('/') + 1));
}

void add_root(std::vector<LanePart>& parts, const CargoArguments& arguments,
              const std::string& root) {
  const std::string profile(arguments.profile_directory());
  parts.push_back({.directory = root + "/" + profile});
  for (const std::string& triple : arguments.triples)
    parts.push_back({.directory = root + "/" + triple_directory(triple) + "/" + profile});
}

}  // namespace

LaneKey cargo_lane(const CargoArguments& arguments, const CargoDirectories& directories) {
  std::vector<LanePart> parts;
  const CargoSubcommand* command = arguments.known();
  if (command && command->work == CargoWork::clean) {
    parts.push_back({.directory = directories.build, .whole_tree = true});
    parts.push_back({.directory = directories.target, .whole_tree = true});
    return LaneKey(std::move(parts));
  }
  add_root(parts, arguments, directories.build);
  if (!command || !command->is_check) add_root(parts, arguments, directories.target);
  return LaneKey(std::move(parts));
}

bool is_warm_lane(const LaneKey& lane) {
  if (lane.empty()) return false;
  // .fingerprint until cargo 1.95; later ones keep a directory a package in build/.
  return std::ranges::any_of(lane.parts(), [](const LanePart& part) {
    return ::access((part.directory + "/.fingerprint").c_str(), F_OK) == 0 ||
           ::access((part.directory + "/build").c_str(), F_OK) == 0;
  });
}

std::string cargo_shape(const CargoArguments& arguments, const CargoDirectories& directories) {
  std::string shape = "cargo " + arguments.subcommand + ' ' +
                      std::string(arguments.built_profile()) + ' ' + directories.workspace;
  std::vector<std::string> chosen = arguments.targets_chosen;
  for (const std::string& package : arguments.packages) chosen.push_back("-p " + package);
  for (const std::string& triple : arguments.triples) chosen.push_back("--target " + triple);
  if (arguments.whole_workspace) chosen.emplace_back("--workspace");
  std::ranges::sort(chosen);
  for (const std::string& word : chosen) shape += ' ' + word;
  return shape;
}

}  // namespace weir::gate
