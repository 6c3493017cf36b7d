#include "builtins/job_timeline_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/text.h"
#include "builtins/table_support.h"
#include "kernel/job_notice.h"

namespace weir::builtins {

using scheduler::JobState;

namespace {

int64_t ms_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// The part of the spans between two times becomes another state.
void overlay(std::vector<TimelineSpan>& spans, TimelineSpan over) {
  // What was granted at once has not waited.
  constexpr int64_t kAtOnceMs = 50;
  if (over.to_ms - over.from_ms < kAtOnceMs) return;
  std::vector<TimelineSpan> result;
  for (const TimelineSpan& span : spans) {
    const int64_t begin = std::clamp(over.from_ms, span.from_ms, span.to_ms);
    const int64_t end = std::clamp(over.to_ms, begin, span.to_ms);
    if (span.from_ms < begin) result.push_back({span.state, span.from_ms, begin});
    if (begin < end) result.push_back({over.state, begin, end});
    if (end < span.to_ms) result.push_back({span.state, end, span.to_ms});
  }
  spans = std::move(result);
}

/// When the gate let it wait: until now, or until it was granted.
TimelineSpan gate_wait(const Value& gate, int64_t now_ms) {
  const int64_t since = now_ms - member_number(gate, "time_ms");
  if (member_text(gate, "state") == "waiting") return {JobState::waiting, since, now_ms};
  return {JobState::waiting, since - member_number(gate, "waited_ms"), since};
}

/// When the gate let a process of the job wait that has ended. A group may have been another's at
/// another time.
std::optional<TimelineSpan> past_wait(const scheduler::Job& job, const Value& run) {
  if (!job.group->has_had(static_cast<pid_t>(member_number(run, "group")))) return std::nullopt;
  const int64_t to = member_number(run, "time_ms") - member_number(run, "run_ms");
  const int64_t from = to - member_number(run, "waited_ms");
  constexpr int64_t kClocks = 1000;  // the gate reads other clocks, and later
  if (from < ms_of(job.started) - kClocks) return std::nullopt;
  return TimelineSpan{JobState::waiting, from, to};
}

struct Marks {
  std::string_view ran, waited, stopped, failed, none, edge;
};
constexpr Marks kMarks = {"█", "░", "▒", "✗", " ", "│"};
constexpr Marks kAsciiMarks = {"=", ".", "-", "x", " ", "|"};

std::string_view mark_of(JobState state, const Marks& marks) {
  switch (state) {
    case JobState::waiting:
      return marks.waited;
    case JobState::stopped:
      return marks.stopped;
    default:
      return marks.ran;
  }
}

bool is_failure(JobState state) { return state > JobState::done; }

struct Scale {
  int64_t begin_ms;
  int64_t window_ms;
  size_t cells;

  int64_t at(size_t cell) const {
    return begin_ms + window_ms * static_cast<int64_t>(cell) / static_cast<int64_t>(cells);
  }
};

/// What most of the cell's time was; a moment counts where there is nothing else.
std::string_view cell_mark(const TimelineRow& row, int64_t from, int64_t to, const Marks& marks) {
  const TimelineSpan* most = nullptr;
  int64_t longest = -1;
  for (const TimelineSpan& span : row.spans) {
    const bool is_moment = span.from_ms == span.to_ms && span.from_ms >= from && span.from_ms < to;
    const int64_t shared = std::min(span.to_ms, to) - std::max(span.from_ms, from);
    if ((shared > 0 || is_moment) && shared > longest) {
      most = &span;
      longest = shared;
    }
  }
  if (!most) return marks.none;
  const int64_t end = row.spans.back().to_ms;
  const bool ends_here = end > from && end <= to;
  return ends_here && is_failure(row.state) ? marks.failed : mark_of(most->state, marks);
}

std::string bar(const TimelineRow& row, const Scale& scale, const Marks& marks) {
  std::string text;
  for (size_t cell = 0; cell < scale.cells; ++cell)
    text += cell_mark(row, scale.at(cell), scale.at(cell + 1), marks);
  return text;
}

std::string state_text(const TimelineRow& row) {
  if (row.state == JobState::waiting) return "waiting";  // as in the table of jobs
  const std::string state(to_string(row.state));
  return row.state == JobState::failed ? fmt::format("{} {}", state, row.code) : state;
}

/// "-10m" at the left edge, "now" at the right one.
std::string axis(size_t cells, int64_t window_ms, const Marks& marks) {
  const std::string begin = "-" + short_duration(std::chrono::milliseconds(window_ms));
  constexpr std::string_view kNow = "now";
  const size_t used = begin.size() + kNow.size();
  std::string line = begin + std::string(cells > used ? cells - used : 1, ' ') + std::string(kNow);
  return fmt::format("{}{}{}", marks.edge, line.substr(0, cells), marks.edge);
}

/// Without an ellipsis where that could not be shown.
std::string cut(std::string_view text, size_t width, bool ascii) {
  return ascii ? std::string(text.substr(0, width)) : fit_width(text, width);
}

size_t widest(const std::vector<std::string>& texts) {
  size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  return width;
}

}  // namespace

TimelineRow timeline_row(const scheduler::Job& job, const Value* gate, const List& runs,
                         int64_t now_ms) {
  TimelineRow row{job.id, job.command, job.state, job.code, {}};
  const int64_t end = job.finished ? ms_of(*job.finished) : now_ms;
  for (size_t i = 0; i < job.phases.size(); ++i) {
    if (job.phases[i].state >= JobState::done) break;
    const bool is_last = i + 1 == job.phases.size();
    const int64_t to = is_last ? end : std::min(ms_of(job.phases[i + 1].from), end);
    row.spans.push_back({job.phases[i].state, ms_of(job.phases[i].from), to});
  }
  for (const Value& run : runs) {
    if (const auto wait = past_wait(job, run)) overlay(row.spans, *wait);
  }
  if (gate != nullptr) overlay(row.spans, gate_wait(*gate, now_ms));
  const bool waits = gate != nullptr && member_text(*gate, "state") == "waiting";
  if (waits && row.state == JobState::running) row.state = JobState::waiting;
  return row;
}

int64_t epoch_ms_now() { return ms_of(std::chrono::system_clock::now()); }

std::string timeline_lines(const TimelineRow& row) {
  std::string text;
  for (const TimelineSpan& span : row.spans) {
    text += tabbed({fmt::format("%{}", row.id), std::string(to_string(span.state)),
                    fmt::format("{:.3f}", static_cast<double>(span.from_ms) / 1000),
                    fmt::format("{:.3f}", static_cast<double>(span.to_ms) / 1000),
                    kernel::shown_command(row.command)});
  }
  return text;
}

Value timeline_value(const TimelineRow& row) {
  List spans;
  for (const TimelineSpan& span : row.spans) {
    spans.emplace_back(Record{{"state", Value(to_string(span.state))},
                              {"from", Value(static_cast<double>(span.from_ms) / 1000)},
                              {"to", Value(static_cast<double>(span.to_ms) / 1000)}});
  }
  const bool ended = row.state >= JobState::done;
  int64_t waited_ms = 0;
  for (const TimelineSpan& span : row.spans) {
    if (span.state == JobState::waiting) waited_ms += span.to_ms - span.from_ms;
  }
  return Value(Record{{"id", Value(row.id)},
                      {"command", Value(row.command)},
                      {"state", Value(to_string(row.state))},
                      {"code", ended ? Value(row.code) : Value()},
                      {"waited_ms", Value(waited_ms)},
                      {"spans", Value(std::move(spans))}});
}

std::string draw_timeline(const std::vector<TimelineRow>& rows, int64_t now_ms, int64_t window_ms,
                          TimelineStyle style) {
  if (rows.empty()) return {};
  const Marks& marks = style.ascii ? kAsciiMarks : kMarks;
  std::vector<std::string> ids, states;
  for (const TimelineRow& row : rows) {
    ids.push_back(fmt::format("%{}", row.id));
    states.push_back(state_text(row));
  }
  const size_t id_width = widest(ids), state_width = widest(states);
  // A third for what it is, the rest for when.
  const size_t fixed = id_width + state_width + 6;
  const size_t left = style.width > fixed + 20 ? style.width - fixed : 20;
  const size_t what_width = left / 3;
  const Scale scale{now_ms - window_ms, window_ms, left - what_width};

  std::string text =
      std::string(id_width + state_width + 3, ' ') + axis(scale.cells, window_ms, marks) + '\n';
  for (size_t i = 0; i < rows.size(); ++i) {
    text += fmt::format(
        "{:<{}}  {:<{}} {}{}{} {}\n", ids[i], id_width, states[i], state_width, marks.edge,
        bar(rows[i], scale, marks), marks.edge,
        cut(to_valid_utf8(kernel::shown_command(rows[i].command)), what_width, style.ascii));
  }
  const std::string legend = fmt::format("{} ran  {} waited  {} stopped  {} failed or killed",
                                         marks.ran, marks.waited, marks.stopped, marks.failed);
  return text + cut(legend, style.width, style.ascii) + '\n';
}

}  // namespace weir::builtins
