#include "repl/entry_runner.h"

#include <csignal>

#include "kernel/builtin.h"
#include "kernel/job_notice.h"
#include "kernel/shell.h"
#include "kernel/start_files.h"
#include "kernel/unit_check.h"

namespace weir::repl {

using kernel::Context;
using loop::Task;

EntryRunner::EntryRunner(Context& ctx) : ctx_(ctx) {
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGTSTP}) {
    if (signal == SIGTSTP && !ctx.shell.terminal) continue;
    const auto act = [this, signal] {
      // POSIX sh: an interactive shell does not end by TERM.
      if (on_signal_ && signal != SIGTERM) on_signal_(signal);
    };
    watchers_.push_back(std::make_unique<loop::SignalWatcher>(ctx.shell.loop, signal, act));
  }
}

Task<void> EntryRunner::run_text(std::string text, uint32_t first_line) {
  auto checked = kernel::check_unit(ctx_, "weir", text, {.first_line = first_line});
  if (checked.unit) co_return co_await run(std::move(checked.unit), std::move(text));
  if (!checked.messages.empty() && checked.messages.back() == '\n') checked.messages.pop_back();
  co_await kernel::warn(ctx_, std::move(checked.messages));
  ctx_.status = 2;
}

Task<void> EntryRunner::run(parser::UnitPtr unit, std::string text) {
  kernel::ForegroundEntry entry(ctx_, std::move(text));
  on_signal_ = [&entry](int signal) { entry.on_signal(signal); };
  co_await entry.run(std::move(unit));
  on_signal_ = nullptr;
}

Task<void> EntryRunner::run_start_file(std::string path) {
  loop::CancelSource source;
  on_signal_ = [&source](int signal) {
    if (signal != SIGTSTP) source.cancel(signal);
  };
  ctx_.token = source.token();
  std::string complaint = co_await kernel::run_start_file(ctx_, std::move(path));
  on_signal_ = nullptr;
  ctx_.token = {};
  if (!complaint.empty()) co_await kernel::warn(ctx_, std::move(complaint));
}

Task<void> EntryRunner::report_jobs() {
  for (const auto& job : ctx_.shell.jobs.all()) {
    if (kernel::is_unheard(*job)) co_await kernel::warn(ctx_, kernel::tell(*job));
  }
}

}  // namespace weir::repl
