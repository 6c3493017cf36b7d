// `unset`: variables, elements of lists and records, functions.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"
#include "kernel/subscript.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'v', {}, {}, "variables only"},
    {'f', {}, {}, "functions"},
};
constexpr ExampleSchema kExamples[] = {
    {"unset tmp", "the variable, or the function where no variable has the name"},
    {"unset 'r[key]' 'xs[0]'", "an entry of a record, an element of a list"},
};
constexpr CommandSchema kUnset = {.name = "unset",
                                  .summary = "remove variables, their elements, or functions",
                                  .synopsis = "[-v | -f] NAME…",
                                  .flags = kFlags,
                                  .min_operands = 1,
                                  .examples = kExamples,
                                  .group = "variables"};

Result<void> unset_element(Context& ctx, const NamedPlace& place) {
  const auto* variable = ctx.scope.variables.find(place.name);
  if (!variable || !variable->is_set) {
    return fail(ErrorKind::unset, fmt::format("{} is not set", place.name));
  }
  if (variable->readonly) {
    return fail(ErrorKind::denied, fmt::format("{}: this name is read-only", place.name));
  }
  auto done = kernel::erase_path(ctx.scope.variables.edit(place.name).value, place.path);
  if (!done) done.error().message = fmt::format("{}: {}", place.name, done.error().message);
  return done;
}

void unset_function(Context& ctx, const std::string& name) {
  if (ctx.scope.functions->contains(name)) {
    auto& functions = ctx.scope.functions.edit();
    functions.erase(functions.find(name));
  }
}

Result<void> unset_one(const Invocation& call, const std::string& text) {
  Context& ctx = call.ctx;
  if (call.args.has('f')) {
    unset_function(ctx, text);
    return {};
  }
  const bool variables_only = call.args.has('v');
  auto place = parse_place(text);
  if (!place) {
    // A function's name need not be a variable's.
    if (variables_only || !ctx.scope.functions->contains(text))
      return fail(std::move(place.error()));
    unset_function(ctx, text);
    return {};
  }
  if (!place->path.empty()) return unset_element(ctx, *place);
  if (!ctx.scope.variables.find(place->name) && !variables_only) unset_function(ctx, text);
  return ctx.unset(place->name);
}

ValueTask<int> run_unset(Invocation call) {
  if (call.args.has('v') && call.args.has('f')) return misuse(call, "-v and -f exclude each other");
  Report report(call);
  for (const Value& operand : call.operands()) {
    if (auto done = unset_one(call, operand.to_text()); !done) report.error(done.error());
  }
  return std::move(report).finish();
}

}  // namespace

void register_unset(BuiltinRegistry& registry) { registry.add({&kUnset, run_unset, true}); }

}  // namespace weir::builtins
