// Job notices: the line that tells a person that a job has ended or was stopped.
//
// While a line is typed it comes above it, at once; else before the next prompt. Each end and each
// stop is told once; what `wait` has told, or nobody is to hear of, is not. A bare `wait` tells
// none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/job_manager.h"

namespace weir::kernel {

struct NoticeStyle {
  size_t width = SIZE_MAX;  // columns; a longer line is cut
  bool has_colors = false;
};

/// Whether there is something to tell of it.
bool is_unheard(const scheduler::Job& job);
/// "%3 failed 101  12s  cargo clippy", "%4 stopped  vim notes.md  Ctrl-Z", and it counts as told.
/// REQUIRES: is_unheard().
std::string tell(scheduler::Job& job, NoticeStyle style = {});

/// The command of a job as notices and lists have it: on one line (parser/command_on_one_line.h).
std::string shown_command(std::string_view command);

/// "%1 running  12s  cargo build": what lives when the shell is left.
std::string short_line(const scheduler::Job& job, NoticeStyle style = {});
/// "waiting for 2 jobs (Ctrl-C: back to the prompt)  %1 running …", one line of any width.
std::string waiting_line(const std::vector<scheduler::JobPtr>& jobs);

}  // namespace weir::kernel
