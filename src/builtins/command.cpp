// `command` and `builtin`: the same command, looked up elsewhere.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "builtins/resolution_support.h"
#include "kernel/evaluator.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kCommandFlags[] = {
    {'p', {}, {}, "search the system's own directories instead of PATH"},
    {'v', {}, {}, "print what NAME stands for: its path, or its name"},
    {'V', {}, {}, "the same in words, as `type` does"},
};
constexpr ExampleSchema kCommandExamples[] = {
    {"cd() { command cd \"$@\" && ls; }", "the builtin inside a function of its name"},
    {"if command -v rg >/dev/null; then …; fi", "is it there?"},
};
constexpr ExampleSchema kBuiltinExamples[] = {
    {"echo() { builtin echo \"> $*\"; }", "the builtin inside a function of its name"},
};

constexpr CommandSchema kCommand = {.name = "command",
                                    .summary = "run a command, passing over functions and aliases",
                                    .synopsis = "[-p] [-v | -V] NAME [ARG…]",
                                    .flags = kCommandFlags,
                                    .examples = kCommandExamples,
                                    .group = "commands"};
constexpr CommandSchema kBuiltin = {.name = "builtin",
                                    .summary = "run a builtin, whatever else has its name",
                                    .synopsis = "NAME [ARG…]",
                                    .examples = kBuiltinExamples,
                                    .group = "commands"};

/// `command -v`: what a script can use, one line a name.
ValueTask<int> print_names(const Invocation& call) {
  Report report(call);
  for (const Value& operand : call.args.operands) {
    const std::string name = operand.to_text();
    const auto found = first_meaning(call.ctx, name, call.args.has('p'));
    if (found.kind == kernel::Resolution::Kind::none) {
      if (call.args.has('V'))
        report.error(fmt::format("{}: not found", name));
      else
        report.fail_quietly();
    } else if (call.args.has('V')) {
      report.out += describe(call.ctx, name, found) + "\n";
    } else {
      report.out += usable_form(call.ctx, name, found) + "\n";
    }
  }
  return std::move(report).finish();
}

ValueTask<int> run_command(Invocation call) {
  if (call.args.has('v') || call.args.has('V')) return print_names(call);
  if (call.args.operands.empty()) return 0;
  return kernel::run_words(call.ctx, std::move(call.args.operands),
                           {.functions = false, .default_path = call.args.has('p')});
}

ValueTask<int> run_builtin(Invocation call) {
  if (call.args.operands.empty()) return 0;
  const std::string name = call.args.operands[0].to_text();
  if (!call.ctx.shell.builtins.find(name)) {
    return complain(call, fmt::format("{} is not a builtin", quote_word(name)));
  }
  return kernel::run_words(call.ctx, std::move(call.args.operands),
                           {.functions = false, .externals = false});
}

}  // namespace

void register_command(BuiltinRegistry& registry) {
  registry.add({&kCommand, run_command});
  registry.add({&kBuiltin, run_builtin});
}

}  // namespace weir::builtins
