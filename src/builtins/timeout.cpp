// `timeout`: a command (external, builtin or function) that is ended after a time.
//
// The command gets a token and a process group of its own, so that the end
// reaches all that it started: coroutines, processes and their descendants.
#include <fmt/format.h>

#include <csignal>

#include "base/signal_names.h"
#include "base/text.h"
#include "builtins/reports_support.h"
#include "builtins/wait_limit_support.h"
#include "kernel/evaluator.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'s', "signal", "SIG", "what ends the command (TERM)"},
    {'k', "kill-after", "DURATION", "KILL when it has not ended by then (2s)"},
    {0, "preserve-status", {}, "give the command's own status after a timeout"},
};
constexpr ExampleSchema kExamples[] = {
    {"timeout 30s curl -O $url", "give up after half a minute: exit 124"},
    {"timeout 5 read -r answer", "builtins and functions, too"},
};
constexpr CommandSchema kTimeout = {
    .name = "timeout",
    .summary = "run a command and end it after a time",
    .synopsis = "[-s SIG] [-k DURATION] [--preserve-status] DURATION COMMAND [ARG…]",
    .flags = kFlags,
    .min_operands = 2,
    .examples = kExamples,
    .details =
        "Exit 124 when the time was over, else the command's status. DURATION 0 is no limit. The "
        "end\n"
        "reaches the command and all that it started.",
    .group = "jobs"};

constexpr int kTimedOut = 124;
constexpr loop::Duration kDefaultGrace = std::chrono::seconds(2);

struct Settings {
  loop::Duration time{};
  loop::Duration grace = kDefaultGrace;
  int signal = SIGTERM;
  bool preserves_status = false;
};

Result<Settings> read_settings(const Arguments& args) {
  Settings settings;
  auto time = parse_duration(args.operands[0].to_text());
  if (!time) return fail(std::move(time.error()));
  settings.time = *time;
  if (const Value* grace = args.value("kill-after")) {
    auto parsed = parse_duration(grace->to_text());
    if (!parsed) return fail(std::move(parsed.error()));
    settings.grace = *parsed;
  }
  if (const Value* signal = args.value("signal")) {
    auto parsed = parse_signal(signal->to_text());
    if (!parsed) return fail(std::move(parsed.error()));
    settings.signal = *parsed;
  }
  settings.preserves_status = args.has("preserve-status");
  return settings;
}

/// Ends the command: the request when the time is over, KILL to what is left
/// after the grace. `done` ends the watch.
class Alarm {
 public:
  Alarm(Context& ctx, Settings settings, scheduler::ProcessGroupPtr group)
      : loop_(ctx.shell.loop),
        settings_(settings),
        group_(std::move(group)),
        command_(ctx.token),
        watch_(loop_) {
    watch_.start(run());
  }

  loop::CancelToken command_token() const { return command_.token(); }
  bool has_rung() const { return has_rung_; }
  Task<void> stop() {
    done_.cancel();
    co_await watch_.join();
  }

 private:
  Task<void> run() {
    if (!co_await loop::sleep_for(loop_, settings_.time, done_.token())) co_return;
    has_rung_ = true;
    command_.cancel(settings_.signal);
    if (!co_await loop::sleep_for(loop_, settings_.grace, done_.token())) co_return;
    if (group_) group_->signal(SIGKILL);
  }

  loop::Loop& loop_;
  Settings settings_;
  scheduler::ProcessGroupPtr group_;
  loop::CancelSource command_;
  loop::CancelSource done_;
  loop::TaskGroup watch_;
  bool has_rung_ = false;
};

Task<int> run_limited(Invocation call, Settings settings) {
  Context& ctx = call.ctx;
  List words(std::make_move_iterator(call.operands().begin() + 1),
             std::make_move_iterator(call.operands().end()));
  if (settings.time.count() == 0) co_return co_await kernel::run_words(ctx, std::move(words));

  const auto outer_token = ctx.token;
  const auto outer_group = ctx.group;
  const bool is_last_command = std::exchange(ctx.is_last_command, false);
  // A command that talks to the terminal has to stay in the group that owns it.
  const bool uses_terminal = ctx.shell.terminal && ctx.in().is_terminal();
  const auto own_group =
      uses_terminal ? nullptr : std::make_shared<scheduler::ProcessGroup>(outer_group);
  if (own_group) ctx.group = own_group;
  Alarm alarm(ctx, settings, own_group);
  ctx.token = alarm.command_token();
  int status = co_await kernel::run_words(ctx, std::move(words));
  if (alarm.has_rung() && own_group)
    own_group->signal(settings.signal);  // what the command left behind
  co_await alarm.stop();
  const bool was_cancelled = ctx.token.cancelled();
  ctx.token = outer_token;
  ctx.group = outer_group;
  ctx.is_last_command = is_last_command;

  // The cancelled command was leaving the context; only the command has ended.
  if (was_cancelled && !ctx.is_cancelled()) ctx.flow = {};
  if (!alarm.has_rung()) co_return status;
  co_return settings.preserves_status ? status : kTimedOut;
}

ValueTask<int> run_timeout(Invocation call) {
  auto settings = read_settings(call.args);
  if (!settings) return misuse(call, std::move(settings.error().message));
  return run_limited(std::move(call), *settings);
}

}  // namespace

void register_timeout(BuiltinRegistry& registry) { registry.add({&kTimeout, run_timeout}); }

}  // namespace weir::builtins
