// `export`, `readonly` and `local`: attributes of variables, with or without a value.
//
// The evaluator gives `name=value` among the words as a record {name, value,
// append}; a word that became `name=text` by expansion arrives as that text.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"
#include "kernel/subscript.h"

namespace weir::builtins {

namespace {

using kernel::Variable;

constexpr FlagSchema kExportFlags[] = {
    {'n', {}, {}, "no longer export the names"},
    {'p', {}, {}, "print what is exported, to be read back"},
    kJsonFlag,
};
constexpr FlagSchema kReadonlyFlags[] = {
    {'p', {}, {}, "print what is read-only, to be read back"},
    kJsonFlag,
};
constexpr FlagSchema kLocalFlags[] = {
    {'r', {}, {}, "read-only, too"},
    {'x', {}, {}, "exported, too"},
    kJsonFlag,
};
constexpr ExampleSchema kExportExamples[] = {
    {"export EDITOR=vim", "children see it"},
    {"export CONFIG=$(tojson $config)", "the environment holds text: a record goes as JSON"},
};
constexpr ExampleSchema kReadonlyExamples[] = {
    {"readonly limits={cpu: 4, jobs: 8}", "a constant"},
};
constexpr ExampleSchema kLocalExamples[] = {
    {"f() { local tmp=$(mktemp) n=0; …; }", "both have their old values back after f"},
};

constexpr CommandSchema kExport = {
    .name = "export",
    .summary = "give variables to the commands that are run",
    .synopsis = "[-n] NAME[=VALUE]… | [-p] [--json]",
    .flags = kExportFlags,
    .examples = kExportExamples,
    .details = "The environment holds text, so an exported variable takes scalars only.",
    .group = "variables"};
constexpr CommandSchema kReadonly = {.name = "readonly",
                                     .summary = "make variables constant",
                                     .synopsis = "NAME[=VALUE]… | [-p] [--json]",
                                     .flags = kReadonlyFlags,
                                     .examples = kReadonlyExamples,
                                     .group = "variables"};
constexpr CommandSchema kLocal = {.name = "local",
                                  .summary = "variables of the function that is running",
                                  .synopsis = "[-rx] NAME[=VALUE]… | [--json]",
                                  .flags = kLocalFlags,
                                  .examples = kLocalExamples,
                                  .group = "variables"};

/// One operand of a declaration.
struct Declaration {
  std::string name;
  std::optional<Value> value;
  bool append = false;
};

Result<Declaration> read_declaration(const Value& operand) {
  Declaration declaration;
  if (operand.is_record()) {
    const Record& record = operand.as_record();
    if (const Value* name = record.find("name")) declaration.name = name->to_text();
    if (const Value* value = record.find("value")) declaration.value = *value;
    if (const Value* append = record.find("append"))
      declaration.append = append->is_bool() && append->as_bool();
  } else {
    const std::string text = operand.to_text();
    const size_t equals = text.find('=');
    declaration.name = text.substr(0, equals);
    if (equals != std::string::npos) declaration.value = Value(text.substr(equals + 1));
  }
  if (!is_name(declaration.name)) {
    return fail(ErrorKind::misuse,
                fmt::format("{} is not a variable's name", quote_word(declaration.name)));
  }
  return declaration;
}

Result<void> give_value(Context& ctx, Declaration& declaration) {
  if (!declaration.value) return {};
  Value value = std::move(*declaration.value);
  if (declaration.append) {
    auto joined =
        kernel::append_value(ctx.lookup(declaration.name).value_or(Value()), std::move(value));
    if (!joined) return fail(std::move(joined.error()));
    value = std::move(*joined);
  }
  return ctx.assign(declaration.name, std::move(value));
}

// ---- listing ----------------------------------------------------------------------

using NamedVariable = std::pair<std::string, Variable>;

template <class Keep>
std::vector<NamedVariable> select_variables(const Context& ctx, Keep keep) {
  std::vector<NamedVariable> all;
  ctx.scope.variables.for_each([&](const std::string& name, const Variable& variable) {
    if (keep(name, variable)) all.emplace_back(name, variable);
  });
  std::ranges::sort(all, {}, &NamedVariable::first);
  return all;
}

ValueTask<int> list(const Invocation& call, const std::vector<NamedVariable>& variables) {
  Report report(call);
  for (const auto& [name, variable] : variables) {
    report.rows.emplace_back(
        Record{{"name", Value(name)}, {"value", variable.is_set ? variable.value : Value()}});
    report.out += variable.is_set ? fmt::format("{} {}={}\n", call.schema.name, name,
                                                value_literal(variable.value))
                                  : fmt::format("{} {}\n", call.schema.name, name);
  }
  return std::move(report).finish();
}

/// Goes through all operands; an error in one does not keep the others from being done.
template <class Declare>
ValueTask<int> declare_each(const Invocation& call, Declare declare) {
  Report report(call);
  for (const Value& operand : call.args.operands) {
    auto declaration = read_declaration(operand);
    if (!declaration) {
      report.error(declaration.error());
      continue;
    }
    if (auto done = declare(call.ctx, *declaration); !done) report.error(done.error());
  }
  return std::move(report).finish();
}

// ---- export -------------------------------------------------------------------------

Result<void> export_one(Context& ctx, Declaration& declaration) {
  const Variable* there = ctx.scope.variables.find(declaration.name);
  const Value& value = declaration.value ? *declaration.value : there ? there->value : Value();
  if (!value.is_scalar()) {
    return fail(ErrorKind::invalid,
                fmt::format("{}: the environment holds text, not a {}; write export {}=$(tojson …)",
                            declaration.name, value.type_name(), declaration.name));
  }
  if (auto done = give_value(ctx, declaration); !done) return done;
  ctx.scope.variables.edit(declaration.name).exported = true;
  ctx.scope.variables.touch_exports();
  return {};
}

Result<void> unexport_one(Context& ctx, Declaration& declaration) {
  if (auto done = give_value(ctx, declaration); !done) return done;
  if (!ctx.scope.variables.find(declaration.name)) return {};
  ctx.scope.variables.edit(declaration.name).exported = false;
  ctx.scope.variables.touch_exports();
  return {};
}

ValueTask<int> run_export(Invocation call) {
  if (call.operands().empty()) {
    return list(call, select_variables(call.ctx, [](const std::string&, const Variable& variable) {
                  return variable.exported;
                }));
  }
  return declare_each(call, call.args.has('n') ? unexport_one : export_one);
}

// ---- readonly -------------------------------------------------------------------------

Result<void> protect_one(Context& ctx, Declaration& declaration) {
  if (auto done = give_value(ctx, declaration); !done) return done;
  ctx.scope.variables.edit(declaration.name).readonly = true;
  return {};
}

ValueTask<int> run_readonly(Invocation call) {
  if (call.operands().empty()) {
    return list(call, select_variables(call.ctx, [](const std::string&, const Variable& variable) {
                  return variable.readonly;
                }));
  }
  return declare_each(call, protect_one);
}

// ---- local -------------------------------------------------------------------------------

bool is_local_here(const Context& ctx, const std::string& name) {
  return std::ranges::any_of(ctx.locals, [&](const Context::SavedLocal& saved) {
    return saved.depth == ctx.function_depth && saved.name == name;
  });
}

/// Sets the variable around the function aside. A local of an exported name is exported, too.
Result<void> make_local(Context& ctx, const std::string& name) {
  const Variable* outer = ctx.scope.variables.find(name);
  if (outer && outer->readonly) {
    return fail(ErrorKind::denied, fmt::format("{}: this name is read-only", name));
  }
  if (is_local_here(ctx, name)) return {};
  ctx.locals.push_back(
      {name, outer ? std::optional<Variable>(*outer) : std::nullopt, ctx.function_depth});
  const bool exported = outer && outer->exported;
  Variable& inner = ctx.scope.variables.edit(name);
  inner = Variable{.value = {}, .is_set = false, .exported = exported};
  if (exported) ctx.scope.variables.touch_exports();
  return {};
}

Result<void> declare_local(Context& ctx, Declaration& declaration) {
  // `local x+=more` goes on from the value outside, which make_local() hides.
  if (declaration.append && declaration.value) {
    auto joined = kernel::append_value(ctx.lookup(declaration.name).value_or(Value()),
                                       std::move(*declaration.value));
    if (!joined) return fail(std::move(joined.error()));
    declaration.value = std::move(*joined);
    declaration.append = false;
  }
  if (auto done = make_local(ctx, declaration.name); !done) return done;
  return give_value(ctx, declaration);
}

Result<void> declare_local_exported(Context& ctx, Declaration& declaration) {
  if (auto done = declare_local(ctx, declaration); !done) return done;
  return export_one(ctx, declaration);
}

ValueTask<int> run_local(Invocation call) {
  Context& ctx = call.ctx;
  if (ctx.function_depth == 0) return complain(call, "there is no function around this");
  if (call.operands().empty()) {
    return list(call, select_variables(ctx, [&](const std::string& name, const Variable&) {
                  return is_local_here(ctx, name);
                }));
  }
  const bool exported = call.args.has('x');
  const bool readonly = call.args.has('r');
  return declare_each(call, [=](Context& c, Declaration& declaration) {
    const std::string name = declaration.name;
    auto done = exported ? declare_local_exported(c, declaration) : declare_local(c, declaration);
    if (done && readonly) c.scope.variables.edit(name).readonly = true;
    return done;
  });
}

}  // namespace

void register_export(BuiltinRegistry& registry) {
  registry.add({&kExport, run_export, true});
  registry.add({&kReadonly, run_readonly, true});
  registry.add({&kLocal, run_local});
}

}  // namespace weir::builtins
