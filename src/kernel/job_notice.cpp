#include "kernel/job_notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/short_duration.h"
#include "base/text.h"
#include "parser/command_on_one_line.h"
#include "scheduler/job_notice.h"

namespace weir::kernel {

using scheduler::Job;
using scheduler::JobState;

namespace {

std::string_view color_of(JobState state) {
  switch (state) {
    case JobState::done:
      return "32";
    case JobState::stopped:
      return "33";
    default:
      return "31";
  }
}

std::string state_text(const Job& job) {
  const std::string_view state = to_string(job.state);
  const char* signal = job.code > 128 ? ::sigabbrev_np(job.code - 128) : nullptr;
  if (job.state == JobState::killed && signal) return fmt::format("{} {}", state, signal);
  const bool has_code = job.state == JobState::failed || job.state == JobState::killed;
  return has_code ? fmt::format("{} {}", state, job.code) : std::string(state);
}

std::string age_text(const Job& job) {
  const auto end = job.finished.value_or(std::chrono::system_clock::now());
  return short_duration(end - job.started);
}

/// "12s  cargo clippy"; "vim notes.md  Ctrl-Z" of one that was stopped: where that is too wide, it
/// is the command that is cut.
std::string what_and_why(const Job& job, size_t width) {
  if (job.ended()) return fmt::format("{}  {}", age_text(job), shown_command(job.command));
  const std::string reason = "  " + stop_reason(job);
  const std::string command = to_valid_utf8(shown_command(job.command));
  return fit_width(command, width - std::min(width, reason.size())) + reason;
}

}  // namespace

std::string shown_command(std::string_view command) { return parser::command_on_one_line(command); }

bool is_unheard(const Job& job) {
  if (job.disowned) return false;
  return job.ended() ? !job.collected && !job.end_told
                     : job.state == JobState::stopped && !job.stop_told;
}

std::string tell(Job& job, NoticeStyle style) {
  (job.ended() ? job.end_told : job.stop_told) = true;
  const std::string begin = fmt::format("%{} ", job.id);
  const std::string state = state_text(job);
  const std::string head = begin + state + "  ";
  const std::string whole =
      head + what_and_why(job, style.width - std::min(style.width, head.size()));
  const std::string line = fit_width(to_valid_utf8(one_line(whole)), style.width);
  const size_t state_end = begin.size() + state.size();
  if (!style.has_colors || line.size() < state_end || style.width < state_end) return line;
  return fmt::format("{}\x1b[{}m{}\x1b[m{}", begin, color_of(job.state), state,
                     line.substr(state_end));
}

std::string short_line(const Job& job, NoticeStyle style) {
  const std::string reason = stop_reason(job);
  const std::string line =
      fmt::format("%{} {}  {}  {}{}{}", job.id, to_string(job.state), age_text(job),
                  shown_command(job.command), reason.empty() ? "" : "  ", reason);
  return fit_width(to_valid_utf8(one_line(line)), style.width);
}

std::string waiting_line(const std::vector<scheduler::JobPtr>& jobs) {
  std::string text = fmt::format("waiting for {} job{} (Ctrl-C: back to the prompt)", jobs.size(),
                                 jobs.size() == 1 ? "" : "s");
  for (const auto& job : jobs) text += "  " + short_line(*job);
  return text;
}

}  // namespace weir::kernel
