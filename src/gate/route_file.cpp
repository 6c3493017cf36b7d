#include "gate/route_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>

namespace weir::gate {

std::string route_file(const EnvironmentList& environment) {
  std::string directory = environment.text("XDG_CONFIG_HOME");
  if (!directory.starts_with('/')) {
    const std::string home = environment.text("HOME");
    if (home.empty()) return {};
    directory = home + "/.config";
  }
  return directory + "/weir/gate.json";
}

Result<GateSettings> read_route_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (path.empty() || errno == ENOENT || errno == ENOTDIR) return GateSettings{};
    return fail(Error::from_errno(errno, path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto settings = parse_gate_settings(text);
  if (!settings) return fail(settings.error().kind, path + ": " + settings.error().message);
  return settings;
}

}  // namespace weir::gate
