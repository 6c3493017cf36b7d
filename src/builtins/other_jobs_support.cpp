#include "builtins/other_jobs_support.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <set>

#include "base/signal_names.h"
#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/table_support.h"
#include "builtins/tool_support.h"
#include "kernel/detached_shell.h"
#include "kernel/job_notice.h"
#include "scheduler/deadline.h"
#include "scheduler/kept_output.h"

namespace weir::builtins {

using scheduler::JobRecord;
using scheduler::JobState;
using scheduler::ShellRecord;

namespace {

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Spec {
  pid_t shell = 0;
  int id = 0;
};

std::optional<Spec> parse_spec(std::string_view text) {
  Spec spec;
  const char* end = text.data() + text.size();
  const auto shell = std::from_chars(text.data(), end, spec.shell);
  if (shell.ec != std::errc{} || shell.ptr == end || *shell.ptr != '.') return std::nullopt;
  const auto id = std::from_chars(shell.ptr + 1, end, spec.id);
  if (id.ec != std::errc{} || id.ptr != end || spec.shell <= 0 || spec.id <= 0) return std::nullopt;
  return spec;
}

std::string spec_of(const OtherJob& other) {
  return fmt::format("{}.{}", other.shell.pid, other.job.id);
}

/// This shell's jobs are those in its memory.
void add_own(const Context& ctx, std::vector<OtherJob>& jobs) {
  ShellRecord own;
  own.pid = ctx.shell.pid;
  own.is_live = true;
  if (ctx.shell.recorder) own = ctx.shell.recorder->shell();
  for (const auto& job : ctx.shell.jobs.all()) jobs.push_back({own, scheduler::record_of(*job)});
}

void add_recorded(const Context& ctx, std::vector<ShellRecord> shells,
                  std::vector<OtherJob>& jobs) {
  for (ShellRecord& shell : shells) {
    if (shell.is_live && shell.pid == ctx.shell.pid) continue;
    const auto records = std::exchange(shell.jobs, {});
    for (const JobRecord& job : records) jobs.push_back({shell, job});
  }
}

std::string state_text(const JobRecord& job) {
  const std::string state(to_string(job.state));
  if (job.state == JobState::failed) return fmt::format("{} {}", state, job.code);
  if (job.state == JobState::killed && job.code > 128)
    return fmt::format("{} {}", state, signal_name(job.code - 128));
  return state;
}

int64_t duration_ms(const JobRecord& job) {
  return std::max<int64_t>((job.finished_ms != 0 ? job.finished_ms : now_ms()) - job.started_ms, 0);
}

/// Where it lives: a terminal, or none any more.
std::string shell_text(const OtherJob& other) {
  if (other.job.is_detached) return "detached";
  if (!other.shell.is_live) return "ended";
  constexpr std::string_view kDevices = "/dev/";
  const std::string& terminal = other.shell.terminal;
  if (terminal.empty()) return "-";
  return terminal.starts_with(kDevices) ? terminal.substr(kDevices.size()) : terminal;
}

Value epoch_seconds(int64_t ms) {
  return ms == 0 ? Value() : Value(static_cast<double>(ms) / 1000);
}
Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

}  // namespace

bool is_other_spec(const Context& ctx, std::string_view text) {
  const auto spec = parse_spec(text);
  return spec && spec->shell != ctx.shell.pid;
}

std::unexpected<Error> not_of_this_shell(std::string_view spec) {
  return fail(
      ErrorKind::not_found,
      fmt::format("{}: no job of this shell; kill, wait and jobs -o take those of others", spec));
}

std::string without_own_pid(const Context& ctx, std::string text) {
  const auto spec = parse_spec(text);
  return spec && spec->shell == ctx.shell.pid ? fmt::format("%{}", spec->id) : text;
}

// ---- reading -------------------------------------------------------------------------

void keep_one_of_each_name(std::vector<OtherJob>& jobs) {
  // The best of each name first, then all others of it go.
  std::ranges::sort(jobs, [](const OtherJob& a, const OtherJob& b) {
    if (a.job.ended() != b.job.ended()) return b.job.ended();
    return a.job.started_ms > b.job.started_ms;
  });
  std::set<std::pair<pid_t, int>> names;
  std::erase_if(jobs, [&](const OtherJob& other) {
    return !names.emplace(other.shell.pid, other.job.id).second;
  });
  std::ranges::sort(jobs, [](const OtherJob& a, const OtherJob& b) {
    if (a.job.ended() != b.job.ended()) return b.job.ended();
    if (a.job.ended()) return a.job.finished_ms > b.job.finished_ms;
    return std::pair(a.shell.pid, a.job.id) < std::pair(b.shell.pid, b.job.id);
  });
}

Task<std::vector<OtherJob>> read_all_jobs(Context& ctx) {
  const std::string directory = kernel::job_directory(ctx);
  std::vector<ShellRecord> shells;
  if (!directory.empty()) {
    co_await loop::run_on_pool(ctx.shell.loop,
                               [&] { shells = scheduler::read_shell_records(directory); });
  }
  std::vector<OtherJob> jobs;
  add_recorded(ctx, std::move(shells), jobs);
  add_own(ctx, jobs);
  keep_one_of_each_name(jobs);
  co_return jobs;
}

Task<Result<OtherJob>> find_other_job(Context& ctx, std::string spec) {
  const auto wanted = parse_spec(spec);
  std::optional<OtherJob> found;
  for (OtherJob& other : co_await read_all_jobs(ctx)) {
    if (wanted && other.shell.pid == wanted->shell && other.job.id == wanted->id)
      found = std::move(other);
  }
  if (!found)
    co_return fail(ErrorKind::not_found,
                   fmt::format("{}: no such job (`jobs --all` lists them)", spec));
  co_return std::move(*found);
}

// ---- showing -------------------------------------------------------------------------

Value other_job_row(const OtherJob& other) {
  const JobRecord& job = other.job;
  return Value(Record{
      {"id", Value(spec_of(other))},
      {"shell", Value(static_cast<int64_t>(other.shell.pid))},
      {"terminal", job.is_detached ? Value() : text_or_null(other.shell.terminal)},
      {"shell_is_live", Value(other.shell.is_live)},
      {"detached", Value(job.is_detached)},
      {"command", Value(job.command)},
      {"state", Value(to_string(job.state))},
      {"code", job.ended() && job.state != JobState::lost ? Value(job.code) : Value()},
      {"started", epoch_seconds(job.started_ms)},
      {"finished", epoch_seconds(job.finished_ms)},
      {"ms", Value(duration_ms(job))},
      {"directory", Value(job.directory)},
      {"out", text_or_null(job.out)},
      {"err", text_or_null(job.err)},
  });
}

std::string other_jobs_table(const Context& ctx, const std::vector<OtherJob>& jobs, size_t width) {
  Table table{.head = {"ID", "STATE", "TIME", "SHELL", "WHAT", ""},
              .rows = {},
              .flexible = 4,
              .last_droppable = {"TIME", "SHELL"}};
  for (const OtherJob& other : jobs) {
    const JobRecord& job = other.job;
    const std::string note =
        job.ended() ? short_duration(std::chrono::milliseconds(now_ms() - job.finished_ms)) + " ago"
                    : shown_directory(ctx, job.directory);
    table.rows.push_back({spec_of(other), state_text(job),
                          short_duration(std::chrono::milliseconds(duration_ms(job))),
                          shell_text(other), kernel::shown_command(job.command), note});
  }
  return table.drawn(width);
}

std::string other_job_line(const OtherJob& other) {
  const JobRecord& job = other.job;
  return tabbed({spec_of(other), state_text(job),
                 short_duration(std::chrono::milliseconds(duration_ms(job))), shell_text(other),
                 kernel::shown_command(job.command), job.directory, job.out});
}

// ---- waiting and ending ----------------------------------------------------------------

/// A record has no event that another process could wait for, so it is looked at, less and less
/// often.
Task<Result<OtherJob>> wait_for_other_job(Context& ctx, OtherJob job, loop::CancelToken token) {
  constexpr auto kLongest = std::chrono::milliseconds(500);
  auto delay = std::chrono::milliseconds(10);
  const int64_t started = job.job.started_ms;
  while (!job.job.ended()) {
    if (auto slept = co_await loop::sleep_for(ctx.shell.loop, delay, token); !slept)
      co_return fail(std::move(slept.error()));
    delay = std::min(2 * delay, kLongest);
    auto now = co_await find_other_job(ctx, spec_of(job));
    // Its number may be another job's by now.
    if (!now || now->job.started_ms != started) {
      job.job.state = JobState::lost;
      co_return std::move(job);
    }
    job = std::move(*now);
  }
  co_return std::move(job);
}

namespace {

bool ends_jobs(int signal) {
  return signal == SIGTERM || signal == SIGKILL || signal == SIGINT || signal == SIGHUP ||
         signal == SIGQUIT;
}

}  // namespace

Task<Result<void>> kill_other_job(Context& ctx, std::string spec, int signal, loop::Duration grace,
                                  bool waits) {
  auto other = co_await find_other_job(ctx, spec);
  if (!other) co_return fail(std::move(other.error()));
  if (other->job.ended()) co_return fail(ErrorKind::not_found, spec + " has ended already");
  if (signal == 0) co_return Result<void>{};
  const auto grace_ms = std::chrono::ceil<std::chrono::milliseconds>(grace);
  if (auto asked = scheduler::request_kill(other->shell, other->job.id, signal, grace_ms); !asked)
    co_return asked;
  if (!waits || !ends_jobs(signal)) co_return Result<void>{};
  loop::CancelSource over(ctx.token);
  scheduler::Deadline deadline(ctx.shell.loop, grace + std::chrono::seconds(5), over);
  auto ended = co_await wait_for_other_job(ctx, std::move(*other), over.token());
  co_await deadline.release();
  if (!ended)
    co_return fail(ErrorKind::io, spec + ": its shell was asked, and has not ended it yet");
  co_return Result<void>{};
}

// ---- output --------------------------------------------------------------------------

namespace {

struct Copied {
  scheduler::KeptOutputReader from;
  int to = 0;
};

/// What the file has more than before.
Task<Result<void>> copy_more(Context& ctx, Copied& copied) {
  constexpr size_t kPiece = 64 * 1024;
  const auto to = ctx.fds.get(copied.to);
  while (to) {
    Result<std::string> bytes;
    co_await loop::run_on_pool(ctx.shell.loop, [&] { bytes = copied.from.read_some(kPiece); });
    if (!bytes) co_return fail(std::move(bytes.error()));
    if (bytes->empty()) break;
    auto written = co_await to->write(*bytes, ctx.token);
    if (!written) co_return written;
  }
  co_return Result<void>{};
}

/// Why there is no file with it.
std::string no_output_text(const OtherJob& other) {
  const std::string spec = spec_of(other);
  if (!other.shell.is_live) return fmt::format("{}: what it wrote has gone with its shell", spec);
  return fmt::format("{}: what it writes is with its shell on {} (`jobs -o %{}` there)", spec,
                     shell_text(other), other.job.id);
}

}  // namespace

Task<int> show_other_output(Invocation call, std::string spec) {
  Context& ctx = call.ctx;
  auto other = co_await find_other_job(ctx, spec);
  if (!other) co_return co_await complain(call, std::move(other.error().message));
  if (other->job.out.empty()) co_return co_await complain(call, no_output_text(*other));
  const bool follows = call.args.has('f');
  Copied out{{other->job.out, follows}, STDOUT_FILENO};
  Copied err{{other->job.err, follows}, STDERR_FILENO};
  for (bool goes_on = true; goes_on;) {
    goes_on = follows && !other->job.ended();
    for (Copied* copied : {&out, &err}) {
      if (auto done = co_await copy_more(ctx, *copied); !done)
        co_return co_await stream_failed(call, std::move(done.error()));
    }
    if (!goes_on) break;
    constexpr auto kPause = std::chrono::milliseconds(100);
    if (!co_await loop::sleep_for(ctx.shell.loop, kPause, ctx.token)) break;
    if (auto now = co_await find_other_job(ctx, spec)) other = std::move(now);
  }
  co_return ctx.token.cancelled() ? 128 + ctx.token.reason() : 0;
}

}  // namespace weir::builtins
