// Lists and and-or lists: the sequence of commands, with the frameless path first.
#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/traps.h"

namespace weir::kernel {

namespace {

using parser::AndOrItem;
using parser::Connector;
using parser::List;
using parser::ListItem;

ValueTask<int> run_item(Context& ctx, const ListItem& item) {
  if (item.background) return start_background(ctx, item);
  return run_and_or(ctx, item);
}

/// The outer of two is noted last, so a whole text leaves the last pipeline of its own.
void note_ended(Context& ctx, const ListItem& item) {
  if (item.items.size() == 1 || item.background) ctx.last_pipeline = item.items[0].pipeline;
}

/// The rest of the list from `at` on, behind `running` (item at - 1, where there is one).
Task<int> continue_list(Context& ctx, const List& list, size_t at, Task<int> running) {
  (void)co_await std::move(running);
  if (at > 0) note_ended(ctx, list.items[at - 1]);
  for (; at < list.items.size() && !ctx.unwinding(); ++at) {
    if (needs_checkpoint(ctx)) {
      co_await checkpoint(ctx);
      if (ctx.unwinding()) break;
    }
    (void)co_await run_item(ctx, list.items[at]);
    note_ended(ctx, list.items[at]);
  }
  co_return ctx.status;
}

Task<int> checkpoint_status(Context& ctx) {
  co_await checkpoint(ctx);
  co_return ctx.status;
}

bool is_skipped(const Context& ctx, const AndOrItem& item) {
  return (item.connector == Connector::and_if && ctx.status != 0) ||
         (item.connector == Connector::or_if && ctx.status == 0);
}

/// Runs one pipeline of an and-or list. All but the last are conditions to errexit.
ValueTask<int> run_member(Context& ctx, const ListItem& item, size_t i) {
  const bool is_condition = i + 1 < item.items.size();
  if (!is_condition) return run_pipeline(ctx, *item.items[i].pipeline);
  ++ctx.condition_depth;
  auto step = run_pipeline(ctx, *item.items[i].pipeline);
  if (step.ready()) {
    --ctx.condition_depth;
    return step;
  }
  struct Later {
    static Task<int> finish(Context& c, Task<int> running) {
      const int status = co_await std::move(running);
      --c.condition_depth;
      co_return status;
    }
  };
  return Later::finish(ctx, step.task());
}

Task<int> continue_and_or(Context& ctx, const ListItem& item, size_t at, Task<int> running) {
  ctx.status = co_await std::move(running);
  ctx.last_pipeline = item.items[at - 1].pipeline;
  for (; at < item.items.size() && !ctx.unwinding(); ++at) {
    if (is_skipped(ctx, item.items[at])) continue;
    if (needs_checkpoint(ctx)) {
      const int status = ctx.status;
      co_await checkpoint(ctx);
      if (ctx.unwinding()) break;
      ctx.status = status;
    }
    ctx.status = co_await run_member(ctx, item, at);
    ctx.last_pipeline = item.items[at].pipeline;
  }
  co_return ctx.status;
}

}  // namespace

ValueTask<int> run_and_or(Context& ctx, const ListItem& item) {
  if (item.items.size() == 1) return run_pipeline(ctx, *item.items[0].pipeline);
  for (size_t i = 0; i < item.items.size(); ++i) {
    if (is_skipped(ctx, item.items[i])) continue;
    auto step = run_member(ctx, item, i);
    if (!step.ready()) return continue_and_or(ctx, item, i + 1, step.task());
    ctx.status = step.take();
    ctx.last_pipeline = item.items[i].pipeline;
    if (ctx.unwinding()) break;
  }
  return ctx.status;
}

ValueTask<int> run_list(Context& ctx, const List& list) {
  NativeDepth depth;
  for (size_t i = 0; i < list.items.size(); ++i) {
    if (depth.is_deep() || needs_checkpoint(ctx)) {
      return continue_list(ctx, list, i, checkpoint_status(ctx));
    }
    auto step = run_item(ctx, list.items[i]);
    if (!step.ready()) return continue_list(ctx, list, i + 1, step.task());
    note_ended(ctx, list.items[i]);
    if (ctx.unwinding()) break;
  }
  return ctx.status;
}

Task<int> run_in_subshell(Context& sub, const List& list) {
  (void)co_await run_list(sub, list);
  if (!sub.scope.traps->empty()) co_await hear_last_signals(sub);
  sub.flow = {};
  if (!sub.scope.traps->empty()) co_await run_exit_trap(sub);
  sub.fds.clear();
  co_return sub.status;
}

}  // namespace weir::kernel
