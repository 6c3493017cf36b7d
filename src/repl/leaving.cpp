#include "repl/leaving.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "base/text.h"
#include "kernel/builtin.h"
#include "kernel/detached_shell.h"
#include "kernel/leave_shell.h"
#include "kernel/shell.h"
#include "kernel/status_line.h"
#include "kernel/traps.h"

namespace weir::repl {

using kernel::ExitJobs;
using loop::Task;
using scheduler::JobPtr;

namespace {

constexpr size_t kMostShown = 10;  // jobs of a question
constexpr size_t kPlainWidth = 80;

std::string count_text(size_t count) {
  return count == 1 ? "1 job" : fmt::format("{} jobs", count);
}

/// "%1 and %3", at most three of them.
std::string ids_text(const std::vector<JobPtr>& jobs) {
  constexpr size_t kMost = 3;
  std::string text;
  for (size_t i = 0; i < std::min(jobs.size(), kMost); ++i) {
    text += fmt::format("{}%{}", i == 0 ? "" : i + 1 == jobs.size() ? " and " : ", ", jobs[i]->id);
  }
  return jobs.size() > kMost ? text + ", …" : text;
}

std::optional<ExitJobs> choice_of(char answer) {
  switch (answer) {
    case 'k':
      return ExitJobs::kill;
    case 'd':
      return ExitJobs::detach;
    case 'w':
      return ExitJobs::wait;
    default:
      return std::nullopt;
  }
}

/// The key as one of the answers; 0 where it is none.
char answer_of(const Key& key, std::string_view answers) {
  const bool is_plain = (key.modifiers & (Key::ctrl | Key::alt)) == 0;
  if (key.code == Key::enter || key.code == Key::escape || !is_plain) return 's';
  for (const char answer : answers) {
    if (key.code == static_cast<char32_t>(answer) || key.code == static_cast<char32_t>(answer - 32))
      return answer;
  }
  return 0;
}

/// "[k]ill it, [d]etach it, …": of those that something can come of.
std::string question_of(std::string_view answers, size_t jobs) {
  const std::string_view them = jobs == 1 ? "it" : "them";
  std::string text = fmt::format("[k]ill {}, ", them);
  if (answers.contains('d')) text += fmt::format("[d]etach {}, ", them);
  return text + fmt::format("[w]ait for {}, [s]tay? ", them);
}

/// Why they cannot be detached.
std::string bound_text(const std::vector<JobPtr>& bound) {
  return fmt::format("{} cannot go on without this terminal, which {} programs write to",
                     ids_text(bound), bound.size() == 1 ? "its" : "their");
}

std::string_view word_of(char answer) {
  switch (answer) {
    case 'k':
      return "kill";
    case 'd':
      return "detach";
    case 'w':
      return "wait";
    default:
      return "stay";
  }
}

/// Without the editor: a line, of which the first letter counts.
Task<void> ask_for_line(kernel::Context& ctx, std::string question, loop::CancelToken token,
                        char& answer) {
  (void)co_await ctx.err().write(question, token);
  const auto line = co_await ctx.in().read_line('\n', token);
  if (token.cancelled()) (void)co_await ctx.err().write("\n", {});
  const bool has_letter = line && *line && !(*line)->empty();
  answer =
      has_letter ? static_cast<char>(std::tolower(static_cast<unsigned char>((**line)[0]))) : 's';
}

std::vector<JobPtr> running_jobs(const kernel::Context& ctx) {
  auto jobs = ctx.shell.jobs.live();
  std::erase_if(jobs, [](const JobPtr& job) { return job->state == scheduler::JobState::stopped; });
  return jobs;
}

}  // namespace

Task<bool> Leaving::may_leave() {
  if (!ctx_.shell.terminal || ctx_.shell.jobs.live().empty()) co_return true;
  auto choice = std::optional(ctx_.scope.options.exit_jobs);
  // An answer from before that nothing can come of would keep the shell for ever.
  const bool cannot_detach = !kernel::bound_jobs(ctx_).empty();
  if (*choice == ExitJobs::detach && cannot_detach) choice = ExitJobs::ask;
  if (*choice == ExitJobs::wait && running_jobs(ctx_).empty()) choice = ExitJobs::ask;
  if (*choice == ExitJobs::ask) choice = co_await ask();
  const bool leaves = choice && co_await act(*choice);
  if (!ctx_.shell.terminal->is_there()) runner_.hang_up();
  if (leaves) co_return true;
  if (runner_.is_hung_up()) co_return true;
  ctx_.status = 1;
  co_return false;
}

// ---- the question --------------------------------------------------------------------

Task<std::optional<ExitJobs>> Leaving::ask() {
  const auto jobs = ctx_.shell.jobs.live();
  std::string text =
      fmt::format("{} {} not ended:\n", count_text(jobs.size()), jobs.size() == 1 ? "has" : "have");
  for (size_t i = 0; i < std::min(jobs.size(), kMostShown); ++i)
    text += fmt::format(" {}\n", fit_width(kernel::short_line(*jobs[i]), style().width - 2));
  if (jobs.size() > kMostShown) text += fmt::format(" and {} more\n", jobs.size() - kMostShown);
  const auto bound = kernel::bound_jobs(ctx_);
  if (!bound.empty()) text += bound_text(bound) + "\n";
  (void)co_await ctx_.err().write(text, {});
  co_return choice_of(co_await read_answer(bound.empty() ? "kdws" : "kws", jobs.size()));
}

Task<char> Leaving::read_answer(std::string_view answers, size_t jobs) {
  std::string question = question_of(answers, jobs);
  char answer = 's';
  if (session_) {
    const auto key = co_await session_->ask_for_key(
        {.text = std::move(question),
         .is_answer = [answers](const Key& pressed) { return answer_of(pressed, answers) != 0; },
         .shown_as = [answers](const Key& given) { return word_of(answer_of(given, answers)); }},
        runner_.hang_up_token());
    if (key) answer = answer_of(*key, answers);
  } else {
    co_await runner_.run_interruptible([&](loop::CancelToken token) {
      return ask_for_line(ctx_, question, std::move(token), answer);
    });
  }
  co_return answer;
}

// ---- the answers ---------------------------------------------------------------------

Task<bool> Leaving::act(ExitJobs choice) {
  switch (choice) {
    case ExitJobs::kill:
      return kill();
    case ExitJobs::detach:
      return detach();
    case ExitJobs::stay:
      return stay();
    default:
      return wait();
  }
}

Task<bool> Leaving::kill() {
  const size_t count = ctx_.shell.jobs.live().size();
  co_await kernel::kill_jobs(ctx_);
  co_await say(fmt::format("{} killed", count_text(count)));
  co_return true;
}

/// Says which jobs cannot be detached; false when all can.
Task<bool> Leaving::must_stay() {
  const auto bound = kernel::bound_jobs(ctx_);
  if (bound.empty()) co_return false;
  co_await say(fmt::format("weir: {}: kill, wait or stay", bound_text(bound)));
  co_return true;
}

Task<bool> Leaving::detach() {
  const auto jobs = ctx_.shell.jobs.live();
  if (co_await must_stay()) co_return false;
  if (!kernel::can_detach(ctx_)) co_return true;
  if (auto done = co_await kernel::detach_jobs(ctx_, jobs); !done) {
    co_await say(fmt::format("weir: cannot detach: {}", done.error().message));
    co_return false;
  }
  co_await say(fmt::format("{} on; `jobs --all` in another shell tells of {}",
                           jobs.size() == 1 ? "1 job goes" : fmt::format("{} jobs go", jobs.size()),
                           jobs.size() == 1 ? "it" : "them"));
  co_return true;
}

Task<bool> Leaving::wait() {
  co_await runner_.run_interruptible(
      [this](loop::CancelToken token) { return wait_for_running(std::move(token)); });
  const auto left = ctx_.shell.jobs.live();
  const bool only_stopped = !left.empty() && running_jobs(ctx_).empty();
  if (only_stopped)
    co_await say(fmt::format("weir: {} stopped: `fg` or `bg` lets it go on, `kill` ends it",
                             ids_text(left) + (left.size() == 1 ? " is" : " are")));
  co_return left.empty();
}

/// As bash does: once it is said, once it is done, where nothing was entered between.
Task<bool> Leaving::stay() {
  const bool is_by_entry = ctx_.flow.kind == kernel::FlowKind::exit;
  const uint64_t before = runner_.entries() - (is_by_entry ? 1 : 0);
  if (std::exchange(stayed_at_, runner_.entries()) == before) co_return co_await kill();
  const auto jobs = ctx_.shell.jobs.live();
  co_await say(fmt::format(
      "weir: {} {} not ended: `exit` again kills {}, `set -o exit-jobs=ask` has it asked",
      ids_text(jobs), jobs.size() == 1 ? "has" : "have", jobs.size() == 1 ? "it" : "them"));
  co_return false;
}

Task<void> Leaving::wait_for_running(loop::CancelToken token) {
  auto waited = running_jobs(ctx_);
  kernel::StatusLine line(ctx_);
  if (!line.can_show()) co_await say(kernel::waiting_line(waited));
  while (!waited.empty() && !token.cancelled()) {
    co_await line.show(kernel::waiting_line(waited));
    co_await kernel::wait_a_second_for(ctx_, waited.front(), token);
    for (const JobPtr& job : waited) {
      if (kernel::is_unheard(*job)) co_await say(kernel::tell(*job, style()));
    }
    waited = running_jobs(ctx_);
  }
  co_await line.clear();
}

Task<void> Leaving::say(std::string line) { (void)co_await ctx_.err().write(line + "\n", {}); }

kernel::NoticeStyle Leaving::style() const {
  return session_ ? session_->notice_style() : kernel::NoticeStyle{.width = kPlainWidth};
}

// ---- the hang-up ---------------------------------------------------------------------

Task<void> Leaving::hang_up() {
  ctx_.shell.is_hung_up = true;
  // The end of the input may be seen before the signal comes.
  kernel::raise_trap(ctx_.shell, SIGHUP);
  ctx_.flow = {};
  co_await runner_.run_last_traps();
  ctx_.status = 128 + SIGHUP;
  co_await kernel::hang_up_jobs(ctx_);
}

}  // namespace weir::repl
