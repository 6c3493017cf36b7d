#include "kernel/scatter_worker.h"

#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "scheduler/collector.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

using loop::CancelToken;
using loop::Task;
using loop::ValueTask;
using scheduler::WorkerOutcome;

struct ScatterWorker::Run {
  explicit Run(const Context& prototype) : ctx(prototype) {}

  Context ctx;
  std::shared_ptr<WorkerOutput> out;  // shared: ctx.fds and what the worker started
  std::shared_ptr<WorkerOutput> err;
  std::shared_ptr<scheduler::Collector> held_out;  // instead of out and err
  std::shared_ptr<scheduler::Collector> held_err;

  bool needs_finish() const {
    return held_out || out->needs_finish() || err->needs_finish() || !ctx.scope.traps->empty();
  }
};

ScatterWorker::ScatterWorker(const Context& ctx, std::span<const parser::Stage> stages,
                             std::string item_name, size_t keep)
    : prototype_(ctx.subshell()),
      item_name_(std::move(item_name)),
      item_hash_(parser::hash_name(item_name_)),
      keep_(keep) {
  pipeline_.span = {stages.front().command->span.begin, stages.back().command->span.end};
  pipeline_.stages = stages;
  prototype_.in_worker = true;
  prototype_.loop_depth = 0;
  prototype_.is_last_command = stages.back().command->kind == parser::CommandKind::simple;
  prototype_.fds.set(0, scheduler::make_null_file(ctx.shell.loop));
}

ScatterWorker::RunPtr ScatterWorker::prepare(CancelToken token, const HeldOutputs* held) {
  auto run = std::make_unique<Run>(prototype_);
  Context& ctx = run->ctx;
  auto& loop = ctx.shell.loop;
  ctx.token = std::move(token);
  ctx.group = std::make_shared<scheduler::ProcessGroup>(prototype_.group);
  scheduler::OpenFilePtr out;
  scheduler::OpenFilePtr err;
  if (held) {
    // Their streams keep nothing: the collectors are there to take what children write.
    const auto nothing = std::make_shared<scheduler::BoundedStream>(loop, 1);
    out = run->held_out = scheduler::make_tee_file(loop, nothing, held->out);
    err = run->held_err = scheduler::make_tee_file(loop, nothing, held->err);
  } else {
    out = run->out = std::make_shared<WorkerOutput>(loop, keep_);
    err = run->err = std::make_shared<WorkerOutput>(loop, keep_);
    newest_output_ = run->out;
  }
  ctx.fds.set(1, std::move(out));
  ctx.fds.set(2, std::move(err));
  return run;
}

ValueTask<WorkerOutcome> ScatterWorker::run(const Value& item, CancelToken token,
                                            const HeldOutputs* held) {
  RunPtr run = prepare(std::move(token), held);
  Context& ctx = run->ctx;
  auto bound = ctx.assign(item_name_, item_hash_, item);
  auto step =
      bound ? run_pipeline(ctx, pipeline_) : ValueTask<int>(refuse(ctx, std::move(bound.error())));
  if (!step.ready()) return finish(std::move(run), step.task());
  const int status = ctx.unwinding() ? ctx.status : step.take();
  if (run->needs_finish()) return finish_ended(std::move(run), status);
  return collect(*run, status);
}

Task<int> ScatterWorker::refuse(Context& ctx, Error error) {
  co_return ctx.status = co_await report_failure(ctx, std::move(error));
}

Task<WorkerOutcome> ScatterWorker::finish(RunPtr run, Task<int> running) {
  int status = co_await std::move(running);
  if (run->ctx.unwinding()) status = run->ctx.status;
  co_return co_await finish_ended(std::move(run), status);
}

Task<WorkerOutcome> ScatterWorker::finish_ended(RunPtr run, int status) {
  Context& ctx = run->ctx;
  if (!ctx.scope.traps->empty()) {
    ctx.flow = {};
    ctx.status = status;
    co_await run_exit_trap(ctx);
    status = ctx.status;
  }
  ctx.fds.clear();
  if (run->held_out) {
    co_await run->held_out->finish(false, {});
    co_await run->held_err->finish(false, {});
    WorkerOutcome outcome;
    outcome.code = status;
    co_return outcome;
  }
  if (run->out->needs_finish()) co_await run->out->finish();
  if (run->err->needs_finish()) co_await run->err->finish();
  co_return collect(*run, status);
}

WorkerOutcome ScatterWorker::collect(Run& run, int status) {
  WorkerOutcome outcome;
  outcome.code = status;
  outcome.out = run.out->take_text();
  outcome.err = run.err->take_text();
  outcome.out_dropped = run.out->dropped();
  outcome.err_dropped = run.err->dropped();
  outcome.data = run.out->take_data();
  return outcome;
}

}  // namespace weir::kernel
