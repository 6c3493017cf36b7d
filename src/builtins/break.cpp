// `break` and `continue`: out of, or on in, the enclosing loops.
#include <algorithm>

#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

using kernel::FlowKind;

constexpr ExampleSchema kBreakExamples[] = {
    {"for f in *.c; do [[ -s $f ]] || break; done", "stop at the first empty file"},
    {"break 2", "leave the inner loop and the one around it"},
};
constexpr ExampleSchema kContinueExamples[] = {
    {"for f in *; do [[ -d $f ]] && continue; wc -l $f; done", "pass over directories"},
};

constexpr CommandSchema kBreak = {.name = "break",
                                  .summary = "leave the enclosing loop, or the N innermost ones",
                                  .synopsis = "[N]",
                                  .max_operands = 1,
                                  .examples = kBreakExamples,
                                  .group = "control flow"};
constexpr CommandSchema kContinue = {
    .name = "continue",
    .summary = "go on with the next turn of the enclosing loop, or of the Nth around here",
    .synopsis = "[N]",
    .max_operands = 1,
    .examples = kContinueExamples,
    .group = "control flow"};

ValueTask<int> leave(const Invocation& call, FlowKind kind) {
  Context& ctx = call.ctx;
  int64_t levels = 1;
  if (!call.args.operands.empty()) {
    auto given = kernel::whole_number(call.args.operands[0], "the number of loops", 1);
    if (!given) return misuse(call, std::move(given.error().message));
    levels = *given;
  }
  if (ctx.loop_depth == 0) return complain(call, "there is no loop around this");
  ctx.flow = {kind, static_cast<int>(std::min<int64_t>(levels, ctx.loop_depth))};
  return 0;
}

ValueTask<int> run_break(Invocation call) { return leave(call, FlowKind::break_); }
ValueTask<int> run_continue(Invocation call) { return leave(call, FlowKind::continue_); }

}  // namespace

void register_break(BuiltinRegistry& registry) {
  registry.add({&kBreak, run_break, true});
  registry.add({&kContinue, run_continue, true});
}

}  // namespace weir::builtins
