#include "kernel/shell_level.h"

#include <cstdint>
#include <optional>
#include <string>

#include "base/proc_file.h"

namespace weir::kernel {

namespace {

constexpr std::string_view kName = "SHLVL";

std::optional<uint64_t> level_of(const Variable* variable) {
  if (!variable || !variable->is_set) return std::nullopt;
  return parse_number(variable->value.to_text());
}

}  // namespace

void enter_level(Context& ctx) {
  constexpr uint64_t kMost = 999;
  auto& variable = ctx.scope.variables.edit(kName);
  const auto level = level_of(&variable);
  variable.value = Value(std::to_string(level && *level < kMost ? *level + 1 : 1));
  variable.is_set = variable.exported = true;
}

std::vector<EnvironmentEntry> level_outside(const Context& ctx) {
  const Variable* variable = ctx.scope.variables.find(kName);
  const auto level = level_of(variable);
  if (!level || *level == 0 || !variable->exported) return {};
  return {{std::string(kName), std::to_string(*level - 1)}};
}

}  // namespace weir::kernel
