// `exec`: replaces the shell by a command, or makes redirections permanent.
#include "builtins/reports_support.h"
#include "kernel/evaluator.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"exec ./server --port 80", "the shell becomes the server"},
    {"exec > log 2>&1", "all that follows writes there"},
    {"exec {fd}< data; read -u $fd line", "a descriptor to read from"},
};
constexpr CommandSchema kExec = {
    .name = "exec",
    .summary = "replace the shell by a command, or make redirections permanent",
    .synopsis = "[COMMAND [ARG…]]",
    .examples = kExamples,
    .details =
        "In a subshell, and while jobs are live, the command runs and the shell ends with it.",
    .group = "commands"};

/// The coroutines of live jobs and of process substitutions would end with this
/// process image, and so would the result of --json: it stays until the command has ended.
bool must_stay(const Context& ctx) {
  return ctx.shell.reports_its_end || !ctx.shell.jobs.live().empty() ||
         ctx.shell.background.live() > 0;
}

Task<int> replace_shell(Invocation call) {
  Context& ctx = call.ctx;
  int status;
  if (must_stay(ctx)) {
    status = co_await kernel::run_words(ctx, std::move(call.operands()),
                                        {.functions = false, .builtins = false});
    ctx.scope.traps.edit().clear();  // exec runs no EXIT trap
  } else {
    status = co_await kernel::exec_words(ctx, std::move(call.operands()));
    if (ctx.shell.interactive && ctx.subshell_depth == 0) co_return status;
  }
  // Not replaced: a script must not go on as if it had been (POSIX 2.8.1).
  ctx.flow = {kernel::FlowKind::exit, 0};
  co_return status;
}

ValueTask<int> run_exec(Invocation call) {
  if (call.operands().empty()) return 0;
  return replace_shell(std::move(call));
}

}  // namespace

void register_exec(BuiltinRegistry& registry) { registry.add({&kExec, run_exec, true}); }

}  // namespace weir::builtins
