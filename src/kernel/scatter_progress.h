// ScatterProgress: what a person sees of a running scatter, on stderr.
//
// At a terminal one block at the bottom, redrawn at most ten times a second, with
// lines for failures above it; elsewhere a line at most every ten seconds. At
// the end one line that sums up. One coroutine does all the writing.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/bottom_display.h"
#include "kernel/scatter_output.h"
#include "loop/loop.h"
#include "scheduler/job_manager.h"
#include "scheduler/scatter_gather_runner.h"

namespace weir::kernel {

enum class ProgressForm : uint8_t {
  none,    // only what is said
  log,     // lines
  screen,  // a block that is redrawn
};

/// What the lines are made of. Pure, for tests.
struct ProgressView {
  scheduler::ScatterCounts counts;
  loop::Duration elapsed{};
  std::optional<loop::Duration> left;  // estimated; nothing before three samples
  std::string_view waits_for;          // why nothing starts; empty when it does
  bool is_late = false;                // all that is left has taken longer than usual
};
/// "scatter  41/128  ███▎····  39 ok  2 failed  8 running  1m04s  eta 1m20s", at most `width` wide.
std::string progress_line(const ProgressView& view, size_t width, bool with_bar);
/// What finished items tell of those that are left.
struct TimeLeft {
  std::optional<loop::Duration> left;  // nothing before three samples
  bool is_late = false;  // all have begun, and each is past the time of nine in ten
};
/// `samples`: the times of runs that went well; `running`: how long each has run. `limit`: how many
/// run at once.
TimeLeft estimate_time_left(std::vector<loop::Duration> samples,
                            const std::vector<loop::Duration>& running, uint64_t waiting,
                            int limit);
/// " slowest  web-03 44s (usually 9s)  "Unpacking linux-image…"", at most `width` wide.
struct SlowestView {
  std::string_view item;
  loop::Duration elapsed{};
  std::optional<loop::Duration> usual;  // nothing before three samples
  std::string_view last_line;  // that it has written; empty: none
};
std::string slowest_line(const SlowestView& view, size_t width);
/// "128 items: 120 ok, 8 failed (3 exit 255, 5 timed out) in 3m02s"
std::string summary_line(const scheduler::ScatterCounts& counts,
                         const std::map<std::string, uint64_t>& failures, loop::Duration elapsed);

/// Whether what is run has the terminal, or stands still.
struct ProgressStage {
  std::function<bool()> is_in_front;  // empty: always
  std::function<bool()> is_covered;  // a program writes to the terminal itself; empty: never
  BottomDisplay** place = nullptr;  // outlives the progress; null: nobody else shows anything
  scheduler::PauseSwitch* pause = nullptr;  // outlives the progress; null: it never stands still
};

class ScatterProgress final : public BottomDisplay {
 public:
  struct Style {
    ProgressForm form = ProgressForm::none;
    bool colours = false;
  };
  /// The block is shown while the run is in front. When it was stopped, its last state stays above
  /// the shell's notice, and its clock stands.
  ScatterProgress(loop::Loop& loop, scheduler::OpenFilePtr err, Style style, int limit,
                  ProgressStage stage = {});
  ~ScatterProgress() override { leave_place(); }
  ScatterProgress(const ScatterProgress&) = delete;
  ScatterProgress& operator=(const ScatterProgress&) = delete;
  /// The counts must outlive this.
  void watch(const scheduler::ScatterCounts& counts) { counts_ = &counts; }

  void item_started(uint64_t index, const Value& item);
  /// Where the item's worker writes; may be gone.
  void item_writes(uint64_t index, std::weak_ptr<const WorkerOutput> output);
  void row_finished(const scheduler::GatherRow& row);
  void waits_for(std::string_view reason);
  /// A line above the block, in any form.
  void say(std::string line);
  ProgressForm form() const { return form_; }
  std::string give_way(std::string_view bytes) override;
  std::string hide() override;

  /// Must be awaited once before destruction. `with_summary`: the run came to its end. Gives what
  /// cannot be written now, since a program has the terminal.
  loop::Task<std::string> finish(bool with_summary);

 private:
  struct Running {
    std::string label;
    loop::Clock::time_point began;
    std::weak_ptr<const WorkerOutput> output;
  };

  loop::Task<void> paint();
  bool can_show() const;
  bool is_covered() const { return stage_.is_covered && stage_.is_covered(); }
  loop::Task<void> wait_behind();
  void leave_out(loop::Duration time);
  loop::Task<void> wait_for_change(loop::Duration time);
  loop::Task<void> write(std::string text);
  std::string take_lines();
  std::string block();
  std::string take_off();
  void leave_place();
  std::optional<loop::Duration> usual_time() const;
  ProgressView view() const;
  size_t width() const;
  void wake();

  loop::Loop& loop_;
  scheduler::OpenFilePtr err_;
  const ProgressForm form_;
  const int limit_;
  const bool colours_;
  const scheduler::ScatterCounts* counts_ = nullptr;
  ProgressStage stage_;
  loop::Clock::time_point began_ = loop::Clock::now();
  std::map<uint64_t, Running> running_;
  std::deque<loop::Duration> samples_;  // times of the last successful runs
  std::map<std::string, uint64_t> failures_;
  std::string_view waits_for_;
  std::vector<std::string> lines_;  // to be printed above the block
  loop::Event changed_;
  bool has_changed_ = false;
  bool done_ = false;
  bool painting_ = false;
  loop::CancelSource ends_;
  loop::TaskGroup painter_;
  std::vector<size_t> shown_;  // the widths of the block's lines that are on the screen
  bool is_writing_ = false;  // this one itself
  bool is_line_open_ = false;  // somebody has written a part of a line
  bool has_line_ = false;  // the block has a line of its own
};

}  // namespace weir::kernel
