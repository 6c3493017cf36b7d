#include "repl/history_rules.h"

#include "kernel/pattern.h"

namespace weir::repl {

namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const kernel::PatternSegment segment{std::string(pattern), false};
  return kernel::Pattern::compile({&segment, 1}).matches(text);
}

}  // namespace

std::string history_path(const kernel::Context& ctx) {
  if (const auto file = ctx.lookup("HISTFILE")) return file->to_text();
  const std::string state = ctx.text_of("XDG_STATE_HOME");
  if (state.starts_with('/')) return state + "/weir/history";
  const std::string home = ctx.text_of("HOME");
  return home.starts_with('/') ? home + "/.local/state/weir/history" : std::string();
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
