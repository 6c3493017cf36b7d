// The timeline of jobs: who ran, waited, stood still and failed, drawn over time.
//
// Pure: what is drawn follows from the rows, the time and the width alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "builtins/job_gate_support.h"
#include "scheduler/job_manager.h"

namespace weir::builtins {

struct TimelineSpan {
  scheduler::JobState state = scheduler::JobState::running;
  int64_t from_ms = 0;  // since the epoch
  int64_t to_ms = 0;
};

struct TimelineRow {
  int id = 0;
  std::string command;
  scheduler::JobState state = scheduler::JobState::running;  // now, or how it ended
  int code = 0;
  std::vector<TimelineSpan> spans;  // in order; the last of a job that lives ends now
};

/// `gate`: what the gate knows of a job that lives, or null. `runs`: rows of the gate's history,
/// those of other jobs among them.
TimelineRow timeline_row(const scheduler::Job& job, const Value* gate, const List& runs,
                         int64_t now_ms);
int64_t epoch_ms_now();
/// Elsewhere than at a terminal: a line for each span, id, state, from, to and command.
std::string timeline_lines(const TimelineRow& row);
Value timeline_value(const TimelineRow& row);

struct TimelineStyle {
  size_t width = 80;   // columns
  bool ascii = false;  // the terminal shows no UTF-8
};

/// A line of time, a line for each row, and what the marks mean. Nothing without rows.
std::string draw_timeline(const std::vector<TimelineRow>& rows, int64_t now_ms, int64_t window_ms,
                          TimelineStyle style);

}  // namespace weir::builtins
