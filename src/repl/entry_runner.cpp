#include "repl/entry_runner.h"

#include <fmt/format.h>

#include <csignal>

#include "kernel/builtin.h"
#include "kernel/evaluator.h"
#include "kernel/shell.h"
#include "kernel/start_files.h"
#include "kernel/unit_check.h"

namespace weir::repl {

using loop::Task;

EntryRunner::EntryRunner(kernel::Context& ctx)
    : ctx_(ctx), interrupts_(ctx.shell.loop, SIGINT, [this] {
        if (current_) current_->cancel(SIGINT);
      }) {}

Task<void> EntryRunner::run_text(std::string text, uint32_t first_line) {
  auto checked = kernel::check_unit(ctx_, "weir", std::move(text), {.first_line = first_line});
  if (checked.unit) co_return co_await run(std::move(checked.unit));
  if (!checked.messages.empty() && checked.messages.back() == '\n') checked.messages.pop_back();
  co_await kernel::warn(ctx_, std::move(checked.messages));
  ctx_.status = 2;
}

Task<void> EntryRunner::run(parser::UnitPtr unit) {
  loop::CancelSource source;
  current_ = &source;
  ctx_.token = source.token();
  (void)co_await kernel::run_unit(ctx_, std::move(unit));
  current_ = nullptr;
  ctx_.token = {};
  // Only `exit` leaves; a cancelled entry, break or return at top level ends just the entry.
  const bool leaves = ctx_.flow.kind == kernel::FlowKind::exit && !source.cancelled();
  if (!leaves) ctx_.flow = {};
}

Task<void> EntryRunner::run_start_file(std::string path) {
  loop::CancelSource source;
  current_ = &source;
  ctx_.token = source.token();
  std::string complaint = co_await kernel::run_start_file(ctx_, std::move(path));
  current_ = nullptr;
  ctx_.token = {};
  if (!complaint.empty()) co_await kernel::warn(ctx_, std::move(complaint));
}

Task<void> EntryRunner::report_ended_jobs() {
  for (const auto& job : ctx_.shell.jobs.all()) {
    if (!job->ended() || job->collected) continue;
    job->collected = true;
    co_await kernel::warn(
        ctx_, fmt::format("%{} {} {}  {}", job->id, scheduler::to_string(job->state), job->code,
                          job->command));
  }
}

}  // namespace weir::repl
