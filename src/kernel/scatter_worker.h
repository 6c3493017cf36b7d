// ScatterWorker: the worker pipeline of a block, run once for each item.
//
// Each run has a context of its own (scope copy, process group, outputs) with the
// item bound to its name. Where nothing in it waits there is no coroutine frame.
#pragma once

#include <span>

#include "kernel/context.h"
#include "kernel/scatter_lines.h"
#include "kernel/scatter_output.h"
#include "loop/task.h"
#include "scheduler/scatter_gather_runner.h"

namespace weir::kernel {

class ScatterWorker {
 public:
  /// `ctx` is what the workers' contexts are copied from.
  ScatterWorker(const Context& ctx, std::span<const parser::Stage> stages, std::string item_name,
                size_t keep);

  /// With `held`, output goes there; else it is in the outcome.
  loop::ValueTask<scheduler::WorkerOutcome> run(const Value& item, loop::CancelToken token,
                                                const HeldOutputs* held);

  /// Where the last run that was begun without `held` writes its stdout.
  std::weak_ptr<const WorkerOutput> newest_output() const { return newest_output_; }

 private:
  struct Run;
  using RunPtr = std::unique_ptr<Run>;

  RunPtr prepare(loop::CancelToken token, const HeldOutputs* held);
  static scheduler::WorkerOutcome collect(Run& run, int status);
  static loop::Task<scheduler::WorkerOutcome> finish(RunPtr run, loop::Task<int> running);
  static loop::Task<scheduler::WorkerOutcome> finish_ended(RunPtr run, int status);
  static loop::Task<int> refuse(Context& ctx, Error error);

  Context prototype_;
  parser::Pipeline pipeline_;
  std::string item_name_;
  uint32_t item_hash_;
  size_t keep_;
  std::weak_ptr<const WorkerOutput> newest_output_;
};

}  // namespace weir::kernel
