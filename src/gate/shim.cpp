#include "gate/shim.h"

#include <string>
#include <vector>

#include "gate/cargo_shim.h"
#include "gate/environment_list.h"
#include "gate/run_shim.h"
#include "gate/shim_directory.h"

namespace weir::gate {

namespace {

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

bool is_shim_name(std::string_view called) {
  const std::string_view name = base_name(called);
  if (name == "weir") return false;  // nearly always
  if (name == "cargo" || name == kRunName) return true;
  return is_installed_shim(name, shim_directory(EnvironmentList::inherited()));
}

void run_shim(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  auto environment = EnvironmentList::inherited();
  const std::string_view name = base_name(words[0]);
  if (name == kRunName) run_command_shim(std::move(words), std::move(environment));
  if (name == "cargo") run_cargo_shim(std::move(words), std::move(environment));
  run_program_shim(std::move(words), std::move(environment));
}

}  // namespace weir::gate
