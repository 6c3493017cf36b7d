// `exit` and `return`: out of the shell (or subshell), and out of a function or sourced file.
#include <fmt/format.h>

#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

using kernel::FlowKind;

constexpr ExampleSchema kExitExamples[] = {
    {"exit", "leave with the status of the last command"},
    {"[[ -f $conf ]] || { echo \"$conf is missing\" >&2; exit 1; }", "leave with 1"},
};
constexpr ExampleSchema kReturnExamples[] = {
    {"is_even() { (($1 % 2 == 0)); return; }", "with the status of the test"},
};

constexpr CommandSchema kExit = {
    .name = "exit",
    .summary = "leave the shell, or the subshell, with CODE or the last status",
    .synopsis = "[CODE]",
    .max_operands = 1,
    .examples = kExitExamples,
    .details =
        "CODE is 0 to 255; negative codes down to -128 count from 256, as in sh. At the prompt, "
        "and\n"
        "with live jobs, the shell asks whether to kill them, detach them, wait for them, or "
        "stay;\n"
        "`set -o exit-jobs=kill` (detach, wait, stay) answers before. `disown` keeps a job out of "
        "it.",
    .group = "control flow"};
constexpr CommandSchema kReturn = {
    .name = "return",
    .summary = "leave the function, or the sourced file, with CODE or the last status",
    .synopsis = "[CODE]",
    .max_operands = 1,
    .examples = kReturnExamples,
    .group = "control flow"};

constexpr int kMisuse = 2;

/// Codes above 255 would arrive as others (256 as 0), so they are refused.
Result<int> code_of(const Invocation& call, int otherwise) {
  if (call.args.operands.empty()) return otherwise;
  auto code = kernel::whole_number(call.args.operands[0], "the exit code", -128, 255);
  if (!code) return fail(std::move(code.error()));
  return static_cast<int>(*code & 0xff);
}

ValueTask<int> run_exit(Invocation call) {
  Context& ctx = call.ctx;
  auto code = code_of(call, ctx.in_trap ? ctx.status_before_trap : ctx.status);
  ctx.flow = {FlowKind::exit, 0};
  // Leaving was asked for, so a wrong code does not keep the script running.
  if (!code) return misuse(call, std::move(code.error().message));
  return *code;
}

ValueTask<int> run_return(Invocation call) {
  Context& ctx = call.ctx;
  if (ctx.function_depth == 0 && ctx.source_depth == 0) {
    return complain(call,
                    "there is no function or sourced file around this; `exit` leaves the script",
                    kMisuse);
  }
  auto code = code_of(call, ctx.status);
  ctx.flow = {FlowKind::return_, 0};
  if (!code) return misuse(call, std::move(code.error().message));
  return *code;
}

}  // namespace

void register_exit(BuiltinRegistry& registry) {
  registry.add({&kExit, run_exit, true});
  registry.add({&kReturn, run_return, true});
}

}  // namespace weir::builtins
