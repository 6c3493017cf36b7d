#include "gate/route_file.h"

#include <cerrno>

#include "base/regular_file.h"

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
  if (path.empty()) return GateSettings{};
  auto text = read_regular_file(path);
  if (!text) {
    if (text.error().sys == ENOENT || text.error().sys == ENOTDIR) return GateSettings{};
    return fail(std::move(text.error()));
  }
  auto settings = parse_gate_settings(*text);
  if (!settings) return fail(settings.error().kind, path + ": " + settings.error().message);
  return settings;
}

}  // namespace weir::gate
