#include "repl/entry_runner.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "kernel/builtin.h"
#include "kernel/evaluator.h"
#include "kernel/job_notice.h"
#include "kernel/shell.h"
#include "kernel/start_files.h"
#include "kernel/traps.h"
#include "kernel/unit_check.h"

namespace weir::repl {

using kernel::Context;
using loop::Task;

namespace {

/// One that ends the last line begins none.
uint32_t lines_in(std::string_view text) {
  const auto newlines = std::ranges::count(text, '\n');
  return static_cast<uint32_t>(text.ends_with('\n') ? newlines : newlines + 1);
}

Task<void> keep_complaint(Context& ctx, std::string path, std::string& complaint) {
  complaint = co_await kernel::run_start_file(ctx, std::move(path));
}

Task<void> end_at_signal(kernel::Shell& shell, loop::CancelSource& typing, loop::CancelToken over) {
  if (co_await shell.signals.arrived().wait(std::move(over))) typing.cancel(SIGCONT);
}

}  // namespace

EntryRunner::EntryRunner(Context& ctx) : ctx_(ctx) {
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGHUP}) {
    if (signal == SIGTSTP && !ctx.shell.terminal) continue;
    // nohup weir
    if (signal == SIGHUP && sigismember(&ctx.shell.inherited_ignored, signal) == 1) continue;
    watchers_.push_back(std::make_unique<loop::SignalWatcher>(
        ctx.shell.loop, signal, [this, signal] { take_signal(signal); }));
  }
}

void EntryRunner::take_signal(int signal) {
  if (signal == SIGTERM && !is_hung_up()) return;  // POSIX sh: an interactive one lives on
  if (ctx_.shell.ignored_by_trap.contains(signal)) return;
  if (signal != SIGHUP) {
    if (on_signal_) on_signal_(signal);
    return;
  }
  // A trap is run instead, but for a terminal that is gone: then on the way out.
  const bool has_trap = ctx_.shell.signal_watchers.contains(SIGHUP);
  const bool is_gone = ctx_.shell.terminal && !ctx_.shell.terminal->is_there();
  if (!has_trap || is_gone) hang_up();
}

void EntryRunner::hang_up() {
  hang_up_.cancel(SIGHUP);
  if (on_signal_) on_signal_(SIGHUP);
}

Task<void> EntryRunner::run_text(std::string text, std::vector<int> typed) {
  ++entries_;
  const uint32_t first_line = std::exchange(next_line_, next_line_ + lines_in(text));
  early_.insert(early_.begin(), typed.begin(), typed.end());
  auto checked = kernel::check_unit(ctx_, "weir", text, {.first_line = first_line});
  if (checked.unit) co_return co_await run(std::move(checked.unit), std::move(text));
  if (!checked.messages.empty() && checked.messages.back() == '\n') checked.messages.pop_back();
  co_await kernel::warn(ctx_, std::move(checked.messages));
  ctx_.status = 2;
}

void EntryRunner::expect_entry() {
  early_.clear();
  on_signal_ = [this](int signal) { early_.push_back(signal); };
}

Task<Result<std::optional<std::string>>> EntryRunner::read_plain_line() {
  for (;;) {
    bool is_for_trap = false;
    auto line = co_await read_until_signal(is_for_trap);
    if (!is_for_trap) co_return line;
    co_await run_traps();
    if (ctx_.unwinding()) co_return std::optional<std::string>();
  }
}

/// What is typed of a line stays in the terminal when a signal with a trap ends the wait for it.
Task<Result<std::optional<std::string>>> EntryRunner::read_until_signal(bool& is_for_trap) {
  loop::CancelSource typing(hang_up_.token());
  loop::CancelSource over;
  on_signal_ = [&typing](int signal) {
    if (signal == SIGINT) typing.cancel(signal);
  };
  loop::TaskGroup beside(ctx_.shell.loop);
  beside.start(end_at_signal(ctx_.shell, typing, over.token()));
  co_await ctx_.shell.loop.yield();
  auto line = co_await ctx_.in().read_line('\n', typing.token());
  over.cancel();
  co_await beside.join();
  const bool is_interrupted = typing.token().reason() == SIGINT;
  is_for_trap = !line && typing.cancelled() && !is_interrupted && !is_hung_up();
  expect_entry();
  // The terminal forgets a line that was not yet read when Ctrl-C comes: this one was.
  if (line && is_interrupted && !is_hung_up()) early_.push_back(SIGINT);
  co_return line;
}

Task<void> EntryRunner::run_traps() {
  while (!ctx_.shell.signals.empty() && !ctx_.unwinding()) {
    kernel::ForegroundEntry entry(ctx_, "trap");
    on_signal_ = [&entry](int signal) { entry.on_signal(signal); };
    co_await entry.run_traps();
    co_await ctx_.shell.loop.yield();
    on_signal_ = nullptr;
  }
}

Task<void> EntryRunner::run_exit_trap() {
  using kernel::Scope;
  if (!ctx_.scope.traps->contains(Scope::kTrapExit)) co_return;
  if (is_hung_up())
    co_return co_await run_without_terminal([this] { return kernel::run_exit_trap(ctx_); });
  kernel::ForegroundEntry entry(ctx_, "trap");
  on_signal_ = [&entry](int signal) { entry.on_signal(signal); };
  co_await entry.run_exit_trap();
  on_signal_ = nullptr;
  // One that was stopped ends with the other jobs, and does not begin again.
  if (ctx_.scope.traps->contains(Scope::kTrapExit)) ctx_.scope.traps.edit().erase(Scope::kTrapExit);
}

Task<void> EntryRunner::run_last_traps() {
  return run_without_terminal([this] { return kernel::run_pending_traps(ctx_); });
}

Task<void> EntryRunner::run_without_terminal(std::function<Task<void>()> step) {
  loop::CancelSource source;
  // Not by HUP: that of the terminal may come behind the end of its input.
  on_signal_ = [&source](int signal) {
    if (signal != SIGHUP && signal != SIGTSTP) source.cancel(signal);
  };
  ctx_.token = source.token();
  co_await step();
  ctx_.token = {};
  on_signal_ = nullptr;
}

Task<void> EntryRunner::run(parser::UnitPtr unit, std::string text) {
  kernel::ForegroundEntry entry(ctx_, std::move(text));
  on_signal_ = [&entry](int signal) { entry.on_signal(signal); };
  co_await entry.run(std::move(unit), std::exchange(early_, {}));
  // What the terminal has sent by now was for this one, and is seen before the next is read.
  co_await ctx_.shell.loop.yield();
  on_signal_ = nullptr;
}

Task<void> EntryRunner::run_start_file(std::string path) {
  std::string complaint;
  co_await run_interruptible([&](loop::CancelToken token) {
    ctx_.token = std::move(token);
    return keep_complaint(ctx_, std::move(path), complaint);
  });
  ctx_.token = {};
  if (!complaint.empty()) co_await kernel::warn(ctx_, std::move(complaint));
}

Task<void> EntryRunner::run_interruptible(std::function<Task<void>(loop::CancelToken)> step) {
  loop::CancelSource source(hang_up_.token());
  on_signal_ = [&source](int signal) {
    if (signal != SIGTSTP) source.cancel(signal);
  };
  co_await step(source.token());
  on_signal_ = nullptr;
}

Task<void> EntryRunner::report_jobs() {
  for (const auto& job : ctx_.shell.jobs.all()) {
    if (kernel::is_unheard(*job)) co_await kernel::warn(ctx_, kernel::tell(*job));
  }
}

}  // namespace weir::repl
