// AgentOutput: one output stream of a run for an agent: kept whole, shown within a budget.
//
// What is shown is plain text (plain_output.h). Where that is larger than the budget, a quarter of
// the budget is its beginning and the rest its end, cut at lines, with a marker line between
// them that counts what is left out and names the file with the whole, as it was written.
#pragma once

#include <memory>
#include <string>

#include "kernel/output_file.h"
#include "scheduler/collector.h"

namespace weir::kernel {

inline constexpr size_t kDefaultOutputBudget = 16 * 1024;

class AgentOutput {
 public:
  /// `directory` is where the file goes, when there is one.
  AgentOutput(loop::Loop& loop, std::string directory);
  AgentOutput(const AgentOutput&) = delete;
  AgentOutput& operator=(const AgentOutput&) = delete;

  /// Where the program writes.
  const std::shared_ptr<scheduler::Collector>& collector() const { return collector_; }

  struct Shown {
    std::string text;
    std::string file;  // with all of it; empty: `text` is all, or it could not be kept
    bool is_cut = false;
  };
  /// REQUIRES: the collector is finished; called once.
  Shown show(size_t budget);

 private:
  Shown cut(std::string_view head, std::string_view tail, size_t budget);
  std::string marker(uint64_t bytes, uint64_t lines) const;

  OutputFile file_;
  uint64_t lines_ = 0;  // newlines of what the file was given
  std::shared_ptr<scheduler::BoundedStream> stream_;  // shared: the collector fills it
  std::shared_ptr<scheduler::Collector> collector_;   // shared: the descriptors of the run
};

}  // namespace weir::kernel
