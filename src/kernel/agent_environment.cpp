#include "kernel/agent_environment.h"

namespace weir::kernel {

namespace {

constexpr std::pair<std::string_view, std::string_view> kVariables[] = {
    {"PAGER", "cat"},        {"GIT_PAGER", "cat"},
    {"MANPAGER", "cat"},     {"SYSTEMD_PAGER", "cat"},
    {"TERM", "dumb"},        {"NO_COLOR", "1"},
    {"GIT_EDITOR", "false"}, {"GIT_TERMINAL_PROMPT", "0"},
    {"WEIR_AGENT", "1"},     {"DEBIAN_FRONTEND", "noninteractive"},
};

}  // namespace

void enter_agent_environment(Context& ctx) {
  for (const auto& [name, value] : kVariables) {
    auto& variable = ctx.scope.variables.edit(name);
    variable.value = Value(value);
    variable.is_set = variable.exported = true;
  }
  ctx.scope.variables.touch_exports();
}

}  // namespace weir::kernel
