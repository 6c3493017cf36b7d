#include "kernel/context_surroundings.h"

#include "kernel/shell.h"
#include "kernel/trap_condition.h"

namespace weir::kernel {

ContextSurroundings::ContextSurroundings(const Context& ctx, TextRole role, bool is_fresh)
    : ctx_(ctx), is_fresh_(is_fresh) {
  nounset = ctx.scope.options.nounset;
  errexit = ctx.scope.options.errexit;
  is_program = role == TextRole::program && (is_fresh || !ctx.shell.interactive);
  in_function = role == TextRole::trap || (!is_fresh && ctx.function_depth > 0);
  may_return = role != TextRole::program || in_function;
  may_break = role == TextRole::trap;
}

parser::BuiltinFacts ContextSurroundings::builtin(std::string_view name) const {
  const Builtin* found = ctx_.shell.builtins.find(name);
  if (found == nullptr) return {};
  return {found->schema, found->special};
}

bool ContextSurroundings::is_function(std::string_view name) const {
  return !is_fresh_ && !ctx_.scope.functions->empty() && ctx_.scope.functions->contains(name);
}

bool ContextSurroundings::is_alias(std::string_view name) const {
  return !is_fresh_ && !ctx_.scope.aliases->empty() && ctx_.scope.aliases->contains(name);
}

bool ContextSurroundings::is_set(std::string_view name) const {
  const Variable* variable = ctx_.scope.variables.find(name);
  if (variable != nullptr && is_fresh_) return variable->is_set && variable->exported;
  return ctx_.lookup(name).has_value();
}

namespace {

std::string problem_of(auto option, bool on) {
  Options tried;
  auto done = switch_option(tried, option, on);
  return done ? std::string() : std::move(done.error().message);
}

}  // namespace

std::string ContextSurroundings::option_problem(std::string_view name, bool on) const {
  return problem_of(name, on);
}

std::string ContextSurroundings::option_problem(char letter, bool on) const {
  return problem_of(letter, on);
}

std::string ContextSurroundings::trap_problem(std::string_view condition) const {
  auto settable = parse_settable_condition(condition);
  return settable ? std::string() : std::move(settable.error().message);
}

bool ContextSurroundings::is_readonly(std::string_view name) const {
  if (is_fresh_) return false;
  const Variable* variable = ctx_.scope.variables.find(name);
  return variable != nullptr && variable->readonly;
}

}  // namespace weir::kernel
