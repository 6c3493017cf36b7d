// `type` and `which`: what a command name stands for.
#include <fmt/format.h>

#include "builtins/reports_support.h"
#include "builtins/resolution_support.h"

namespace weir::builtins {

namespace {

using kernel::Resolution;

constexpr FlagSchema kTypeFlags[] = {
    {'a', {}, {}, "everything that has the name, best first"},
    {'t', {}, {}, "one word: alias, keyword, function, builtin or file"},
    {'p', {}, {}, "the path, where NAME would run a file"},
    kJsonFlag,
};
constexpr FlagSchema kWhichFlags[] = {
    {'a', {}, {}, "every file of that name in PATH"},
    kJsonFlag,
};
constexpr ExampleSchema kTypeExamples[] = {
    {"type cd ls", "what are they?"},
    {"type -t f", "is f a function?"},
    {"type -a echo --json | get kind path", "as data"},
};
constexpr ExampleSchema kWhichExamples[] = {
    {"which python3", "the file that would run"},
};

constexpr CommandSchema kType = {.name = "type",
                                 .summary = "tell what a command name stands for",
                                 .synopsis = "[-a] [-t | -p] [--json] NAME…",
                                 .flags = kTypeFlags,
                                 .min_operands = 1,
                                 .style = ArgumentStyle::flags_anywhere,
                                 .examples = kTypeExamples,
                                 .group = "commands"};
constexpr CommandSchema kWhich = {
    .name = "which",
    .summary = "print the file in PATH that a name would run",
    .synopsis = "[-a] [--json] NAME…",
    .flags = kWhichFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kWhichExamples,
    .details =
        "Looks at files only, as the program of this name does; `type` knows builtins,\n"
        "functions and aliases, too. Exit 1 when a name is not in PATH.",
    .group = "commands"};

Value row_of(const std::string& name, const Resolution& found) {
  Record row{{"name", Value(name)}, {"kind", Value(kind_word(found.kind))}};
  row.set("path", found.kind == Resolution::Kind::file ? Value(found.path) : Value());
  return Value(std::move(row));
}

std::vector<Resolution> meanings(Context& ctx, const std::string& name, bool all) {
  if (all) return kernel::resolve_all(ctx, name);
  auto first = first_meaning(ctx, name);
  if (first.kind == Resolution::Kind::none) return {};
  return {std::move(first)};
}

ValueTask<int> run_type(Invocation call) {
  Report report(call);
  for (const Value& operand : call.args.operands) {
    const std::string name = operand.to_text();
    const auto found = meanings(call.ctx, name, call.args.has('a'));
    if (found.empty()) {
      if (call.args.has('t') || call.args.has('p'))
        report.fail_quietly();
      else
        report.error(fmt::format("{}: not found", name));
    }
    for (const Resolution& meaning : found) {
      report.rows.push_back(row_of(name, meaning));
      if (call.args.has('t'))
        report.out += fmt::format("{}\n", kind_word(meaning.kind));
      else if (!call.args.has('p'))
        report.out += describe(call.ctx, name, meaning) + "\n";
      else if (meaning.kind == Resolution::Kind::file)
        report.out += meaning.path + "\n";
    }
  }
  return std::move(report).finish();
}

std::vector<std::string> files_of(Context& ctx, const std::string& name) {
  std::vector<std::string> paths;
  for (const auto& found : kernel::resolve_all(ctx, name)) {
    if (found.kind == Resolution::Kind::file) paths.push_back(found.path);
  }
  return paths;
}

ValueTask<int> run_which(Invocation call) {
  Report report(call);
  for (const Value& operand : call.args.operands) {
    const std::string name = operand.to_text();
    auto paths = files_of(call.ctx, name);
    if (paths.empty()) {
      const auto other = first_meaning(call.ctx, name);
      report.error(other.kind == Resolution::Kind::none
                       ? fmt::format("{}: not in PATH", name)
                       : fmt::format("{}: not in PATH, but there is a {} of that name", name,
                                     kind_word(other.kind)));
    }
    if (!call.args.has('a') && paths.size() > 1) paths.resize(1);
    for (const auto& path : paths) {
      report.out += path + "\n";
      report.rows.emplace_back(Record{{"name", Value(name)}, {"path", Value(path)}});
    }
  }
  return std::move(report).finish();
}

}  // namespace

void register_type(BuiltinRegistry& registry) {
  registry.add({&kType, run_type});
  registry.add({&kWhich, run_which});
}

}  // namespace weir::builtins
