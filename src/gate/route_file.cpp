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

Result<std::vector<GenericRoute>> read_route_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (path.empty() || errno == ENOENT || errno == ENOTDIR) return std::vector<GenericRoute>{};
    return fail(Error::from_errno(errno, path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto routes = parse_routes(text);
  if (!routes) return fail(routes.error().kind, path + ": " + routes.error().message);
  return routes;
}

}  // namespace weir::gate
