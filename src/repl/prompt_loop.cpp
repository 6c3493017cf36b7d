#include "repl/prompt_loop.h"

#include <fmt/format.h>

#include <csignal>

#include "kernel/builtin.h"
#include "kernel/context.h"
#include "kernel/evaluator.h"
#include "kernel/shell.h"
#include "kernel/unit_check.h"
#include "loop/loop.h"

namespace weir::repl {

namespace {

using kernel::Context;
using loop::Task;

/// Ctrl-C while an entry runs cancels that entry; at the prompt it starts a new line.
class Interrupts {
 public:
  explicit Interrupts(loop::Loop& loop)
      : watcher_(loop, SIGINT, [this] {
          if (current_) current_->cancel(SIGINT);
        }) {}
  void begin(loop::CancelSource& source) { current_ = &source; }
  void end() { current_ = nullptr; }

 private:
  loop::CancelSource* current_ = nullptr;
  loop::SignalWatcher watcher_;
};

Task<void> prompt(Context& ctx, std::string_view variable, std::string_view otherwise) {
  auto value = ctx.lookup(variable);
  const std::string text = value ? value->to_text() : std::string(otherwise);
  (void)co_await ctx.err().write(text, {});
}

Task<void> report_ended_jobs(Context& ctx) {
  for (const auto& job : ctx.shell.jobs.all()) {
    if (!job->ended() || job->collected) continue;
    job->collected = true;
    co_await kernel::warn(ctx, fmt::format("%{} {} {}  {}", job->id, scheduler::to_string(job->state),
                                           job->code, job->command));
  }
}

Task<void> run_entry(Context& ctx, Interrupts& interrupts, parser::UnitPtr unit) {
  loop::CancelSource source;
  interrupts.begin(source);
  ctx.token = source.token();
  (void)co_await kernel::run_unit(ctx, std::move(unit));
  interrupts.end();
  ctx.token = {};
  // Only `exit` leaves; a cancelled entry, break or return at top level ends just the entry.
  const bool leaves = ctx.flow.kind == kernel::FlowKind::exit && !source.cancelled();
  if (!leaves) ctx.flow = {};
}

Task<int> loop_entries(Context& ctx) {
  Interrupts interrupts(ctx.shell.loop);
  std::string text;
  uint32_t line_number = 1;
  uint32_t first_line = 1;
  while (!ctx.unwinding()) {
    if (text.empty()) {
      co_await report_ended_jobs(ctx);
      first_line = line_number;
    }
    co_await prompt(ctx, text.empty() ? "PS1" : "PS2", text.empty() ? "weir$ " : "> ");
    auto line = co_await ctx.in().read_line('\n', {});
    const bool at_end = !line || !*line;
    if (!at_end) {
      text += **line;
      ++line_number;
    }
    if (at_end && text.empty()) break;
    auto checked = kernel::check_unit(ctx, "weir", text, {.first_line = first_line});
    if (checked.outcome == parser::Outcome::incomplete && !at_end) continue;
    text.clear();
    if (!checked.unit) {
      if (!checked.messages.empty() && checked.messages.back() == '\n') checked.messages.pop_back();
      co_await kernel::warn(ctx, std::move(checked.messages));
      ctx.status = 2;
    } else {
      co_await run_entry(ctx, interrupts, std::move(checked.unit));
    }
    if (at_end) break;
  }
  co_return ctx.status;
}

}  // namespace

int run_prompt_loop(Kernel& kernel) {
  Context& ctx = kernel.context();
  (void)ctx.shell.loop.run(loop_entries(ctx));
  return kernel.finish();
}

}  // namespace weir::repl
