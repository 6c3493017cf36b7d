// `suspend`: stops the shell itself until the shell around it lets it go on.
#include "builtins/reports_support.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'f', {}, {}, "also where nobody is known to let it go on"},
};
constexpr ExampleSchema kExamples[] = {
    {"suspend", "back to the shell that this one was started from; `fg` there comes back"},
};
constexpr CommandSchema kSuspend = {
    .name = "suspend",
    .summary = "stop this shell until it is continued",
    .synopsis = "[-f]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details = "The first shell of a session is not stopped without -f.",
    .group = "jobs"};

ValueTask<int> run_suspend(Invocation call) {
  const auto& terminal = call.ctx.shell.terminal;
  if (!terminal || call.ctx.subshell_depth > 0)
    return complain(call, "there is no job control here");
  if (auto done = terminal->suspend(call.args.has('f')); !done)
    return complain(call, std::move(done.error().message));
  return 0;
}

}  // namespace

void register_suspend(BuiltinRegistry& registry) { registry.add({&kSuspend, run_suspend}); }

}  // namespace weir::builtins
