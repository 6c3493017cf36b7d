#include "repl/history_rules.h"

#include "base/user_directories.h"
#include "kernel/pattern.h"

namespace weir::repl {

namespace {

VariableLookup variables_of(const kernel::Context& ctx) {
  return [&ctx](const char* name) { return ctx.text_of(name); };
}

bool matches(std::string_view pattern, std::string_view text) {
  const kernel::PatternSegment segment{std::string(pattern), false};
  return kernel::Pattern::compile({&segment, 1}).matches(text);
}

}  // namespace

std::string history_path(const kernel::Context& ctx) {
  if (const auto file = ctx.lookup("HISTFILE")) return file->to_text();
  const std::string state = state_directory(variables_of(ctx));
  return state.empty() ? state : state + "/history";
}

std::string no_history_reason(const kernel::Context& ctx) {
  if (ctx.lookup("HISTFILE") || !history_path(ctx).empty()) return {};
  return no_directory_reason(variables_of(ctx));
}

bool is_worth_keeping(const kernel::Context& ctx, std::string_view text) {
  if (text.empty() || text[0] == ' ' || text[0] == '\t') return false;
  const std::string patterns = ctx.text_of("HISTIGNORE");
  for (std::string_view rest = patterns; !rest.empty();) {
    const size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0 && matches(rest.substr(0, end), text)) return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

}  // namespace weir::repl
