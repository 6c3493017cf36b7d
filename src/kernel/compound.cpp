// Compound commands: if, while, for, case, groups, (( )), functions.
#include <fmt/format.h>

#include "kernel/arithmetic.h"
#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/redirection.h"
#include "kernel/trace.h"
#include "kernel/value_expansion.h"

namespace weir::kernel {

namespace {

using namespace parser;

/// What a loop does after its body or condition.
enum class LoopStep : uint8_t { go_on, leave };

LoopStep after_body(Context& ctx) {
  if (!ctx.unwinding()) return LoopStep::go_on;
  if (ctx.flow.kind == FlowKind::break_) {
    if (--ctx.flow.levels == 0) ctx.flow = {};
    return LoopStep::leave;
  }
  if (ctx.flow.kind == FlowKind::continue_ && --ctx.flow.levels == 0) {
    ctx.flow = {};
    return LoopStep::go_on;
  }
  return LoopStep::leave;
}

/// Counts a loop for break and continue while it runs.
class LoopDepth {
 public:
  explicit LoopDepth(Context& ctx) : ctx_(ctx) { ++ctx_.loop_depth; }
  ~LoopDepth() { --ctx_.loop_depth; }
  LoopDepth(const LoopDepth&) = delete;
  LoopDepth& operator=(const LoopDepth&) = delete;

 private:
  Context& ctx_;
};

ValueTask<int> run_condition(Context& ctx, const parser::List& list) {
  ++ctx.condition_depth;
  auto step = run_list(ctx, list);
  if (!step.ready()) {
    struct Later {
      static Task<int> finish(Context& c, Task<int> running) {
        const int status = co_await std::move(running);
        --c.condition_depth;
        leave_if_cancelled(c);
        co_return status;
      }
    };
    return Later::finish(ctx, step.task());
  }
  --ctx.condition_depth;
  leave_if_cancelled(ctx);
  return step.take();
}

Task<int> finish_if(Context& ctx, const IfCommand& command, size_t branch, Task<int> condition) {
  int status = co_await std::move(condition);
  for (;;) {
    if (ctx.unwinding()) co_return ctx.status;
    if (status == 0) co_return co_await run_list(ctx, *command.branches[branch].body);
    if (++branch == command.branches.size()) co_return ctx.status = 0;
    const IfBranch& next = command.branches[branch];
    if (!next.condition) co_return co_await run_list(ctx, *next.body);
    status = co_await run_condition(ctx, *next.condition);
  }
}

Task<Result<int64_t>> arithmetic_value(Context& ctx, const ArithExpr& expr) {
  std::vector<const Word*> words;
  collect_substitutions(expr, words);
  OperandValues operands;
  for (const Word* word : words) {
    auto value = co_await expand_operand(ctx, *word);
    if (!value) co_return fail(std::move(value.error()));
    operands.emplace_back(word, std::move(*value));
  }
  co_return evaluate_arithmetic(ctx, expr, operands);
}

Task<int> run_arithmetic_task(Context& ctx, const ArithmeticCommand& command) {
  if (ctx.scope.options.xtrace) co_await trace(ctx, std::string(ctx.unit->text(command.span)));
  auto value = co_await arithmetic_value(ctx, *command.expr);
  if (!value)
    co_return co_await finish_command(ctx, co_await report_failure(ctx, std::move(value.error())));
  co_return co_await finish_command(ctx, *value != 0 ? 0 : 1);
}

Task<int> finish_failure(Context& ctx, Error error) {
  const int status = co_await report_failure(ctx, std::move(error));
  co_return co_await finish_command(ctx, status);
}

Task<Result<bool>> matches_case(Context& ctx, const CaseItem& item, const std::string& subject) {
  for (const Word* word : item.patterns) {
    auto segments = co_await expand_pattern(ctx, *word);
    if (!segments) co_return fail(std::move(segments.error()));
    if (Pattern::compile(*segments).matches(subject)) co_return true;
  }
  co_return false;
}

/// The body of a compound command under its redirections.
Task<int> run_redirected(Context& ctx, const Command& command) {
  const FdTable saved = ctx.fds;
  auto done = co_await apply_redirects(ctx, command.redirects);
  if (!done) {
    ctx.fds = saved;
    co_return co_await finish_failure(ctx, std::move(done.error()));
  }
  const bool was_last = std::exchange(ctx.is_last_command, false);
  int status = 0;
  switch (command.kind) {
    case CommandKind::group:
      status = co_await run_list(ctx, *as<GroupCommand>(command).body);
      break;
    case CommandKind::subshell:
      status = co_await run_subshell(ctx, as<GroupCommand>(command));
      break;
    case CommandKind::if_:
      status = co_await run_if(ctx, as<IfCommand>(command));
      break;
    case CommandKind::while_:
      status = co_await run_while(ctx, as<WhileCommand>(command));
      break;
    case CommandKind::for_in:
      status = co_await run_for_in(ctx, as<ForInCommand>(command));
      break;
    case CommandKind::for_arith:
      status = co_await run_for_arith(ctx, as<ForArithCommand>(command));
      break;
    case CommandKind::case_:
      status = co_await run_case(ctx, as<CaseCommand>(command));
      break;
    case CommandKind::arithmetic:
      status = co_await run_arithmetic(ctx, as<ArithmeticCommand>(command));
      break;
    case CommandKind::test:
      status = co_await run_test(ctx, as<TestCommand>(command));
      break;
    default:
      break;
  }
  ctx.is_last_command = was_last;
  ctx.fds = saved;
  co_return status;
}

ValueTask<int> run_plain(Context& ctx, const Command& command) {
  switch (command.kind) {
    case CommandKind::group:
      return run_list(ctx, *as<GroupCommand>(command).body);
    case CommandKind::subshell:
      return run_subshell(ctx, as<GroupCommand>(command));
    case CommandKind::if_:
      return run_if(ctx, as<IfCommand>(command));
    case CommandKind::while_:
      return run_while(ctx, as<WhileCommand>(command));
    case CommandKind::for_in:
      return run_for_in(ctx, as<ForInCommand>(command));
    case CommandKind::for_arith:
      return run_for_arith(ctx, as<ForArithCommand>(command));
    case CommandKind::case_:
      return run_case(ctx, as<CaseCommand>(command));
    case CommandKind::arithmetic:
      return run_arithmetic(ctx, as<ArithmeticCommand>(command));
    case CommandKind::test:
      return run_test(ctx, as<TestCommand>(command));
    default:
      return 0;
  }
}

}  // namespace

ValueTask<int> run_command(Context& ctx, const Command& command) {
  if (command.kind == CommandKind::simple) return run_simple(ctx, as<SimpleCommand>(command));
  if (command.kind == CommandKind::function)
    return define_function(ctx, as<FunctionCommand>(command));
  if (!command.redirects.empty()) return run_redirected(ctx, command);
  // Only a simple command can hand its descriptors over to the child for good.
  ctx.is_last_command = false;
  return run_plain(ctx, command);
}

ValueTask<int> define_function(Context& ctx, const FunctionCommand& command) {
  ctx.scope.functions.edit().insert_or_assign(std::string(command.name),
                                              Function{ctx.unit, &command});
  return ctx.status = 0;
}

ValueTask<int> run_if(Context& ctx, const IfCommand& command) {
  for (size_t i = 0; i < command.branches.size(); ++i) {
    const IfBranch& branch = command.branches[i];
    if (branch.condition) {
      auto step = run_condition(ctx, *branch.condition);
      if (!step.ready()) return finish_if(ctx, command, i, step.task());
      if (ctx.unwinding()) return ctx.status;
      if (step.take() != 0) continue;
    }
    return run_list(ctx, *branch.body);
  }
  return ctx.status = 0;
}

Task<int> run_while(Context& ctx, const WhileCommand& command) {
  LoopDepth depth(ctx);
  int status = 0;
  for (;;) {
    const int condition = co_await run_condition(ctx, *command.condition);
    if (ctx.unwinding()) {
      if (after_body(ctx) == LoopStep::leave) break;
      continue;
    }
    if ((condition == 0) == command.until) break;
    status = co_await run_list(ctx, *command.body);
    if (after_body(ctx) == LoopStep::leave) break;
    if (needs_checkpoint(ctx)) {
      co_await checkpoint(ctx);
      if (after_body(ctx) == LoopStep::leave) break;  // `trap break INT`
    }
  }
  if (!ctx.unwinding()) ctx.status = status;
  co_return ctx.status;
}

Task<int> run_for_in(Context& ctx, const ForInCommand& command) {
  weir::List items;
  Result<void> done;
  if (!command.has_in)
    items = *ctx.scope.parameters;
  else if (for_items_need_task(command.items))
    done = co_await expand_for_items(ctx, command.items, items);
  else
    done = expand_for_items_now(ctx, command.items, items);
  if (!done) co_return co_await finish_failure(ctx, std::move(done.error()));
  LoopDepth depth(ctx);
  int status = 0;
  for (Value& item : items) {
    if (auto assigned = ctx.assign(command.name, command.name_hash, std::move(item)); !assigned) {
      co_return co_await finish_failure(ctx, std::move(assigned.error()).at(command.name_span));
    }
    status = co_await run_list(ctx, *command.body);
    if (after_body(ctx) == LoopStep::leave) break;
    if (needs_checkpoint(ctx)) {
      co_await checkpoint(ctx);
      if (after_body(ctx) == LoopStep::leave) break;  // `trap break INT`
    }
  }
  if (!ctx.unwinding()) ctx.status = status;
  co_return ctx.status;
}

Task<int> run_for_arith(Context& ctx, const ForArithCommand& command) {
  LoopDepth depth(ctx);
  int status = 0;
  if (command.init) {
    auto value = co_await arithmetic_value(ctx, *command.init);
    if (!value) co_return co_await finish_failure(ctx, std::move(value.error()));
  }
  for (;;) {
    if (command.condition) {
      auto value = command.condition->has_substitution
                       ? co_await arithmetic_value(ctx, *command.condition)
                       : evaluate_arithmetic(ctx, *command.condition);
      if (!value) co_return co_await finish_failure(ctx, std::move(value.error()));
      if (*value == 0) break;
    }
    status = co_await run_list(ctx, *command.body);
    if (after_body(ctx) == LoopStep::leave) break;
    if (command.step) {
      auto value = command.step->has_substitution ? co_await arithmetic_value(ctx, *command.step)
                                                  : evaluate_arithmetic(ctx, *command.step);
      if (!value) co_return co_await finish_failure(ctx, std::move(value.error()));
    }
    if (needs_checkpoint(ctx)) {
      co_await checkpoint(ctx);
      if (after_body(ctx) == LoopStep::leave) break;  // `trap break INT`
    }
  }
  if (!ctx.unwinding()) ctx.status = status;
  co_return ctx.status;
}

Task<int> run_case(Context& ctx, const CaseCommand& command) {
  auto value = co_await expand_value(ctx, *command.subject);
  if (!value) co_return co_await finish_failure(ctx, std::move(value.error()));
  const std::string subject = value->to_text();
  int status = 0;
  for (size_t i = 0; i < command.items.size(); ++i) {
    auto matched = co_await matches_case(ctx, command.items[i], subject);
    if (!matched) co_return co_await finish_failure(ctx, std::move(matched.error()));
    if (!*matched) continue;
    status = co_await run_list(ctx, *command.items[i].body);
    while (!ctx.unwinding() && command.items[i].end == CaseEnd::fall_through &&
           i + 1 < command.items.size()) {
      status = co_await run_list(ctx, *command.items[++i].body);
    }
    if (ctx.unwinding() || command.items[i].end != CaseEnd::test_next) break;
  }
  if (!ctx.unwinding()) ctx.status = status;
  co_return ctx.status;
}

Task<int> run_subshell(Context& ctx, const GroupCommand& command) {
  if (ctx.own_subshell == &command) co_return co_await run_in_subshell(ctx, *command.body);
  int status = 0;
  {
    Context sub = ctx.subshell();
    if (ctx.subshell_depth == 0) sub.hear_signals(ctx.job, ctx.token);
    status = co_await run_in_subshell(sub, *command.body);
  }
  co_return co_await finish_command(ctx, status);
}

ValueTask<int> run_arithmetic(Context& ctx, const ArithmeticCommand& command) {
  ctx.position = command.span.begin;
  if (!command.expr) return finish_command(ctx, 1);
  if (command.expr->has_substitution || ctx.scope.options.xtrace)
    return run_arithmetic_task(ctx, command);
  auto value = evaluate_arithmetic(ctx, *command.expr);
  if (!value) return finish_failure(ctx, std::move(value.error()));
  return finish_command(ctx, *value != 0 ? 0 : 1);
}

}  // namespace weir::kernel
