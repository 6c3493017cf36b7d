// `sleep`: waits, without a process.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "builtins/wait_limit_support.h"
#include "loop/loop.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"sleep 0.2", "a fifth of a second"},
    {"sleep 1m30s", "a minute and a half"},
};
constexpr CommandSchema kSleep = {.name = "sleep",
                                  .summary = "wait for a time",
                                  .synopsis = "DURATION…",
                                  .min_operands = 1,
                                  .examples = kExamples,
                                  .details =
                                      "DURATION is a number of seconds, or has units: 200ms 5s 2m "
                                      "1h 1d 1h30m; `infinity` has no end.\n"
                                      "Several are added.",
                                  .group = "jobs"};

constexpr loop::Duration kForever = std::chrono::hours(24 * 365 * 100);

Result<loop::Duration> total_of(const List& operands) {
  loop::Duration total{0};
  for (const Value& operand : operands) {
    const std::string text = operand.to_text();
    if (text == "infinity" || text == "inf") return kForever;
    auto part = parse_duration(text);
    if (!part) return fail(std::move(part.error()));
    if (part->count() < 0)
      return fail(ErrorKind::invalid, fmt::format("{} is negative", quote_word(text)));
    total = *part > kForever - total ? kForever : total + *part;
  }
  return total;
}

/// Tells the job of it, for `why`.
class ToldSleep {
 public:
  ToldSleep(scheduler::JobPtr job, loop::Duration total)
      : job_(std::move(job)),
        until_(total == kForever ? loop::Clock::time_point::max() : loop::Clock::now() + total) {
    if (job_) job_->sleeps_until = until_;
  }
  ~ToldSleep() {
    if (job_ && job_->sleeps_until == until_) job_->sleeps_until.reset();
  }
  ToldSleep(const ToldSleep&) = delete;
  ToldSleep& operator=(const ToldSleep&) = delete;

 private:
  scheduler::JobPtr job_;  // shared: the manager
  loop::Clock::time_point until_;
};

Task<int> sleep_all(Context& ctx, loop::Duration total) {
  const ToldSleep told(ctx.job, total);
  WaitLimit limit(ctx, {}, kernel::Interrupts::ending);
  const auto token = limit.token();
  const auto slept = co_await loop::sleep_for(ctx.shell.loop, total, token);
  co_await limit.end();
  co_return slept ? 0 : 128 + token.reason();
}

ValueTask<int> run_sleep(Invocation call) {
  auto total = total_of(call.operands());
  if (!total) return misuse(call, std::move(total.error().message));
  Context& ctx = call.ctx;
  if (ctx.job && ctx.is_job_command) ctx.job->only_sleeps = true;
  return sleep_all(ctx, *total);
}

}  // namespace

void register_sleep(BuiltinRegistry& registry) { registry.add({&kSleep, run_sleep}); }

}  // namespace weir::builtins
