// ScatterSignals: what Ctrl-C, TERM and HUP do while a scatter runs.
//
// Workers have process groups of their own, so a signal to weir alone would leave
// them behind. In the foreground the first INT drains (starts no more, finishes
// what runs), the second kills; TERM and HUP kill. The stages behind gather go on
// until they have what was gathered. Signals that are trapped or
// ignored are left to that, and inside of a worker the outer scatter takes them.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "kernel/context.h"
#include "loop/loop.h"

namespace weir::scheduler {
class ScatterGatherRunner;
}

namespace weir::kernel {

class ScatterSignals {
 public:
  /// All must outlive this. `on_drain` is called when the first INT has arrived,
  /// `on_kill` when what waits for the reader has to give up, too.
  ScatterSignals(Context& ctx, scheduler::ScatterGatherRunner& runner,
                 std::function<void()> on_drain, std::function<void()> on_kill);
  ~ScatterSignals();
  bool is_interrupted() const { return drained_; }
  ScatterSignals(const ScatterSignals&) = delete;
  ScatterSignals& operator=(const ScatterSignals&) = delete;

 private:
  bool drain_entry();
  void interrupt();
  void kill(int signal);
  void watch(int signal, std::function<void()> act);

  Context& ctx_;
  scheduler::ScatterGatherRunner& runner_;
  std::function<void()> on_drain_;
  std::function<void()> on_kill_;
  bool drained_ = false;
  bool has_drained_entry_ = false;
  int interrupts_ = 0;  // that arrived here; the first may have come through the job, too
  std::list<std::function<bool()>>::iterator drain_;  // in the job's
  bool is_in_job_ = false;
  std::vector<std::unique_ptr<loop::SignalWatcher>> watchers_;
  std::unique_ptr<loop::CancelCallback> on_cancel_;
};

/// Ends the entry, or the shell, as an untrapped INT would have, once what ran has finished.
void pass_interrupt_on(Context& ctx);

}  // namespace weir::kernel
