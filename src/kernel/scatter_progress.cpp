#include "kernel/scatter_progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "base/short_duration.h"
#include "base/text.h"
#include "kernel/gather_sink.h"
#include "scheduler/deadline.h"

namespace weir::kernel {

using loop::Clock;
using loop::Duration;
using loop::Task;
using scheduler::GatherRow;
using scheduler::ScatterCounts;

namespace {

constexpr Duration kRedraw = std::chrono::milliseconds(100);
constexpr Duration kTick = std::chrono::seconds(1);
constexpr Duration kLogEvery = std::chrono::seconds(10);
constexpr Duration kSlow = std::chrono::seconds(2);
constexpr size_t kSamples = 50;
constexpr size_t kSamplesNeeded = 3;
constexpr size_t kBarCells = 20;
constexpr size_t kDefaultWidth = 80;

/// Twenty cells in eighths.
std::string bar(uint64_t done, uint64_t total) {
  constexpr std::string_view kParts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const size_t eighths = total == 0 ? kBarCells * 8 : done * kBarCells * 8 / total;
  std::string text;
  size_t cells = eighths / 8;
  for (size_t i = 0; i < cells; ++i) text += "█";
  if (eighths % 8 != 0) {
    text += kParts[eighths % 8];
    ++cells;
  }
  for (; cells < kBarCells; ++cells) text += "·";
  return text;
}

/// Of at least one.
Duration percentile(std::vector<Duration>& times, size_t percent) {
  const size_t rank = std::min(times.size() * percent / 100, times.size() - 1);
  const auto at = times.begin() + static_cast<ptrdiff_t>(rank);
  std::ranges::nth_element(times, at);
  return *at;
}

/// Where the cursor stands within a line, to the next: blanks that fill a line lead there, unless
/// they began in its first column.
std::string own_line(size_t columns) {
  return columns > 1 ? std::string(columns - 1, ' ') + "\r\x1b[J" : std::string();
}

/// The last line with something in it, as a person can read it.
std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  const size_t at = text.find_last_of("\r\n");
  return one_line(to_valid_utf8(at == text.npos ? text : text.substr(at + 1)));
}

}  // namespace

std::string progress_line(const ProgressView& view, size_t width, bool with_bar) {
  const ScatterCounts& counts = view.counts;
  const uint64_t done = counts.ok + counts.failed;
  std::string text = fmt::format("scatter  {}", done);
  if (counts.all_read) {
    text += fmt::format("/{}", counts.read);
    if (with_bar) text += "  " + bar(done, counts.read);
  }
  text += fmt::format("  {} ok", counts.ok);
  if (counts.failed > 0) text += fmt::format("  {} failed", counts.failed);
  text += fmt::format("  {} running  {}", counts.running, short_duration(view.elapsed));
  if (!view.waits_for.empty()) {
    text += fmt::format("  waits for {}", view.waits_for);
  } else if (counts.all_read && done < counts.read) {
    const std::string left = view.left ? short_duration(*view.left) : "?";
    text += view.is_late ? "  late" : "  eta " + left;
  }
  return fit_width(text, width);
}

TimeLeft estimate_time_left(std::vector<Duration> samples, const std::vector<Duration>& running,
                            uint64_t waiting, int limit) {
  if (samples.size() < kSamplesNeeded) return {};
  const Duration usual = percentile(samples, 50);
  const Duration late = percentile(samples, 90);
  Duration work = usual * static_cast<int64_t>(waiting);
  Duration longest{};
  for (const Duration elapsed : running) {
    const Duration rest = std::max(usual - elapsed, Duration(0));
    work += rest;
    longest = std::max(longest, rest);
  }
  const bool is_late = waiting == 0 && !running.empty() &&
                       std::ranges::all_of(running, [&](Duration time) { return time > late; });
  return {std::max(work / limit, longest), is_late};
}

std::string slowest_line(const SlowestView& view, size_t width) {
  std::string text = fmt::format(" slowest  {} {}", view.item, short_duration(view.elapsed));
  if (view.usual) text += fmt::format(" (usually {})", short_duration(*view.usual));
  if (view.last_line.empty()) return fit_width(text, width);
  // The quotes are closed also where the line is cut.
  constexpr size_t kAround = 4;
  const size_t used = display_width(text) + kAround;
  if (used < width) text += fmt::format("  \"{}\"", fit_width(view.last_line, width - used));
  return fit_width(text, width);
}

std::string summary_line(const ScatterCounts& counts,
                         const std::map<std::string, uint64_t>& failures, Duration elapsed) {
  const uint64_t done = counts.ok + counts.failed;
  std::string text = fmt::format("{} item{}: {} ok", done, done == 1 ? "" : "s", counts.ok);
  if (counts.known > 0) text += fmt::format(" ({} before)", counts.known);
  if (counts.failed > 0) {
    text += fmt::format(", {} failed (", counts.failed);
    bool first = true;
    for (const auto& [what, count] : failures) {
      if (!std::exchange(first, false)) text += ", ";
      text += fmt::format("{} {}", count, what);
    }
    text += ')';
  }
  return text + " in " + short_duration(elapsed);
}

ScatterProgress::ScatterProgress(loop::Loop& loop, scheduler::OpenFilePtr err, Style style,
                                 int limit, ProgressStage stage)
    : loop_(loop),
      err_(std::move(err)),
      form_(style.form),
      limit_(limit),
      colours_(style.form == ProgressForm::screen && style.colours),
      stage_(std::move(stage)),
      changed_(loop),
      painter_(loop) {}

void ScatterProgress::wake() {
  has_changed_ = true;
  if (!painting_) {
    painting_ = true;
    painter_.start_later(paint());
  }
  changed_.pulse();
}

void ScatterProgress::item_started(uint64_t index, const Value& item) {
  if (form_ == ProgressForm::none) return;
  if (form_ == ProgressForm::screen) running_[index] = {item_label(item), Clock::now(), {}};
  wake();
}

void ScatterProgress::item_writes(uint64_t index, std::weak_ptr<const WorkerOutput> output) {
  const auto found = running_.find(index);
  if (found != running_.end()) found->second.output = std::move(output);
}

void ScatterProgress::row_finished(const GatherRow& row) {
  if (form_ == ProgressForm::none) return;
  running_.erase(row.index);
  if (row.ok()) {
    if (row.known.is_null()) samples_.push_back(std::chrono::milliseconds(row.ms));
    if (samples_.size() > kSamples) samples_.pop_front();
  } else {
    const std::string what = failure_text(row);
    ++failures_[row.skipped.empty() ? what : "skipped"];
    std::string line = fmt::format("{}✗{} item {} {}: {}", colours_ ? "\x1b[31m" : "",
                                   colours_ ? "\x1b[m" : "", row.index, item_label(row.item), what);
    if (auto why = last_line(row.outcome.err); !why.empty()) line += "  " + why;
    lines_.push_back(std::move(line));
  }
  wake();
}

void ScatterProgress::waits_for(std::string_view reason) {
  waits_for_ = reason;
  if (form_ != ProgressForm::none) wake();
}

void ScatterProgress::say(std::string line) {
  lines_.push_back(one_line(line));
  wake();
}

std::optional<Duration> ScatterProgress::usual_time() const {
  if (samples_.size() < kSamplesNeeded) return std::nullopt;
  std::vector<Duration> samples(samples_.begin(), samples_.end());
  return percentile(samples, 50);
}

ProgressView ScatterProgress::view() const {
  const auto now = Clock::now();
  std::vector<Duration> running;
  for (const auto& [index, item] : running_) running.push_back(now - item.began);
  const uint64_t known = counts_->ok + counts_->failed + running.size();
  const TimeLeft time = estimate_time_left({samples_.begin(), samples_.end()}, running,
                                           counts_->read - std::min(counts_->read, known), limit_);
  return {*counts_, now - began_, time.left, waits_for_, time.is_late};
}

size_t ScatterProgress::width() const {
  winsize size{};
  const auto fd = err_->descriptor();
  if (fd && ::ioctl(*fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

std::string ScatterProgress::take_off() { return erase_lines(std::exchange(shown_, {}), width()); }

std::string ScatterProgress::give_way(std::string_view bytes) {
  if (is_writing_ || bytes.empty()) return {};
  is_line_open_ = bytes.back() != '\n' && bytes.back() != '\r';
  if (!can_show()) shown_.clear();  // its last state stays above what the shell says
  std::string text = take_off();
  if (!text.empty()) wake();
  return text;
}

/// What the program leaves of a line is not known: the block begins one of its own.
std::string ScatterProgress::hide() {
  has_line_ = is_line_open_ = false;
  wake();
  return take_off();
}

void ScatterProgress::leave_place() {
  if (stage_.place && *stage_.place == this) *stage_.place = nullptr;
}

/// The block without a newline at its end, so that the cursor stays in it.
std::string ScatterProgress::block() {
  constexpr size_t kEcho = 3;  // "^C" behind it must not begin another row
  const size_t columns = width() - std::min(width(), kEcho);
  const std::string first = progress_line(view(), columns, true);
  std::string text = std::exchange(has_line_, true) ? first : own_line(width()) + first;
  shown_.assign(1, display_width(first));
  const auto slowest =
      std::ranges::min_element(running_, {}, [](const auto& r) { return r.second.began; });
  if (slowest == running_.end()) return text;
  const Duration time = Clock::now() - slowest->second.began;
  if (time < kSlow) return text;
  const auto output = slowest->second.output.lock();
  const std::string written = output ? last_line(output->tail()) : std::string();
  const std::string second =
      slowest_line({slowest->second.label, time, usual_time(), written}, columns);
  shown_.push_back(display_width(second));
  return text + '\n' + second;
}

std::string ScatterProgress::take_lines() {
  std::string text;
  if (lines_.empty()) return text;
  const size_t columns = form_ == ProgressForm::screen ? width() : SIZE_MAX;
  if (std::exchange(is_line_open_, false)) text = '\n';
  for (const std::string& line : lines_) {
    text += fit_width(line, columns - 1);
    text += '\n';
  }
  lines_.clear();
  return text;
}

Task<void> ScatterProgress::write(std::string text) {
  is_writing_ = true;
  // Nobody hears of a failure: there is nowhere to tell it.
  (void)co_await err_->write(text, {});
  is_writing_ = false;
}

/// Until something changes, but no longer than `time`.
Task<void> ScatterProgress::wait_for_change(Duration time) {
  loop::CancelSource over(ends_.token());
  scheduler::Deadline deadline(loop_, time, over);
  (void)co_await changed_.wait(over.token());
  co_await deadline.release();
}

bool ScatterProgress::can_show() const {
  const bool is_free = !stage_.place || !*stage_.place || *stage_.place == this;
  return is_free && !(stage_.pause && stage_.pause->is_paused()) &&
         (!stage_.is_in_front || stage_.is_in_front()) && !is_covered();
}

/// As if it had all begun later.
void ScatterProgress::leave_out(Duration time) {
  began_ += time;
  for (auto& [index, item] : running_) item.began += time;
}

/// Without the block: what was last painted stays where it is.
Task<void> ScatterProgress::wait_behind() {
  shown_.clear();
  has_line_ = is_line_open_ = false;
  leave_place();
  while (!done_ && !can_show()) {
    if (stage_.pause && stage_.pause->is_paused()) {
      const auto since = Clock::now();
      (void)co_await stage_.pause->resumed().wait(ends_.token());
      leave_out(Clock::now() - since);
    } else {
      std::string text = is_covered() ? std::string() : take_lines();
      if (!text.empty()) co_await write(std::move(text));
      co_await wait_for_change(kTick);
    }
  }
}

Task<void> ScatterProgress::paint() {
  auto next_line = began_ + kLogEvery;
  while (!done_) {
    if (form_ == ProgressForm::screen && !can_show()) {
      co_await wait_behind();
      if (done_) break;
    }
    std::string text = take_off() + take_lines();
    if (form_ == ProgressForm::screen) {
      has_changed_ = false;
      if (stage_.place) *stage_.place = this;
      if (!is_line_open_) text += block();
    } else if (form_ == ProgressForm::log && has_changed_ && Clock::now() >= next_line) {
      has_changed_ = false;
      next_line = Clock::now() + kLogEvery;
      text += progress_line(view(), SIZE_MAX, false) + '\n';
    }
    if (!text.empty()) co_await write(std::move(text));
    (void)co_await loop::sleep_for(loop_, kRedraw, ends_.token());
    if (done_ || !lines_.empty()) continue;
    // On the screen the clock goes on when nothing else does.
    if (form_ == ProgressForm::screen && !has_changed_)
      co_await wait_for_change(kTick);
    else if (form_ == ProgressForm::log && has_changed_)
      co_await wait_for_change(next_line - Clock::now());
    else if (form_ != ProgressForm::screen)
      (void)co_await changed_.wait(ends_.token());
  }
}

Task<std::string> ScatterProgress::finish(bool with_summary) {
  done_ = true;
  ends_.cancel();
  changed_.pulse();
  co_await painter_.join();
  std::string text = take_off() + take_lines();
  if (with_summary && form_ != ProgressForm::none) {
    if (std::exchange(is_line_open_, false)) text += '\n';
    text += summary_line(*counts_, failures_, Clock::now() - began_) + '\n';
  }
  std::string late;
  if (form_ == ProgressForm::screen && is_covered()) late = std::exchange(text, {});
  if (!text.empty()) co_await write(std::move(text));
  leave_place();
  co_return late;
}

}  // namespace weir::kernel
