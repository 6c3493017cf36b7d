#include "builtins/resolution_support.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weir::builtins {

using kernel::Context;
using kernel::Resolution;
using Kind = kernel::Resolution::Kind;

Resolution first_meaning(Context& ctx, const std::string& name, bool default_path) {
  auto all = kernel::resolve_all(ctx, name);
  // Aliases and keywords come before what resolve() knows; it has the order of the rest.
  if (!all.empty() && (all.front().kind == Kind::alias || all.front().kind == Kind::keyword)) {
    return all.front();
  }
  return kernel::resolve(ctx, name, {.default_path = default_path});
}

std::string_view kind_word(Kind kind) {
  switch (kind) {
    case Kind::alias:
      return "alias";
    case Kind::keyword:
      return "keyword";
    case Kind::function:
      return "function";
    case Kind::builtin:
      return "builtin";
    case Kind::file:
      return "file";
    case Kind::none:
      break;
  }
  return {};
}

std::string describe(Context& ctx, const std::string& name, const Resolution& found) {
  switch (found.kind) {
    case Kind::alias:
      return fmt::format("{} is an alias for {}", name,
                         quote_word(ctx.scope.aliases->find(name)->second.text));
    case Kind::keyword:
      return fmt::format("{} is a shell keyword", name);
    case Kind::function:
      return fmt::format("{} is a function\n{}", name, function_text(ctx, name));
    case Kind::builtin:
      return fmt::format("{} is a shell builtin", name);
    case Kind::file:
      return fmt::format("{} is {}", name, found.path);
    case Kind::none:
      break;
  }
  return fmt::format("{}: not found", name);
}

std::string usable_form(Context& ctx, const std::string& name, const Resolution& found) {
  switch (found.kind) {
    case Kind::alias:
      return fmt::format("alias {}={}", name,
                         quote_word(ctx.scope.aliases->find(name)->second.text));
    case Kind::file:
      return found.path;
    default:
      return name;
  }
}

std::string function_text(const Context& ctx, std::string_view name) {
  const auto at = ctx.scope.functions->find(name);
  if (at == ctx.scope.functions->end()) return {};
  return std::string(at->second.unit->text(at->second.definition->span));
}

}  // namespace weir::builtins
