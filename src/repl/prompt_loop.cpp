#include "repl/prompt_loop.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "kernel/builtin.h"
#include "kernel/detached_shell.h"
#include "kernel/shell.h"
#include "kernel/terminal_output.h"
#include "kernel/traps.h"
#include "kernel/unit_check.h"
#include "repl/editor_session.h"
#include "repl/entry_runner.h"
#include "repl/leaving.h"
#include "repl/prompt_maker.h"
#include "repl/session_history.h"
#include "repl/terminal.h"

namespace weir::repl {

namespace {

using kernel::Context;
using loop::Task;

std::string variable_or(Context& ctx, std::string_view name, std::string_view otherwise) {
  const auto value = ctx.lookup(name);
  return value ? value->to_text() : std::string(otherwise);
}

constexpr std::string_view kColumns = "COLUMNS";
constexpr std::string_view kLines = "LINES";

/// COLUMNS and LINES are what the terminal has now: at each prompt, and when an entry begins.
/// Those that are read-only stay as they are.
void take_size(Context& ctx) {
  const auto size = terminal_size(STDIN_FILENO);
  if (!size) return;
  (void)ctx.assign(kColumns, Value(static_cast<int64_t>(size->columns)));
  (void)ctx.assign(kLines, Value(static_cast<int64_t>(size->rows)));
}

/// Those of the environment are of another terminal, and programs that get them do not see a
/// resize.
void forget_size(Context& ctx) {
  if (!terminal_size(STDIN_FILENO)) return;
  for (const std::string_view name : {kColumns, kLines}) (void)ctx.unset(name);
}

// ---- without the editor -------------------------------------------------------------

class PlainPrompts {
 public:
  PlainPrompts(Context& ctx, EntryRunner& runner) : ctx_(ctx), runner_(runner), maker_(ctx) {}

  /// Before an entry; next() before each further line of it.
  Task<std::string> first() {
    last_.status = ctx_.status;
    Prompt prompt;
    loop::CancelToken asking;
    co_await runner_.run_interruptible([&](loop::CancelToken token) {
      asking = token;
      return make(prompt, std::move(token));
    });
    // Behind the ^C that the terminal shows.
    if (asking.cancelled()) (void)co_await ctx_.err().write("\n", {});
    next_ = std::move(prompt.continuation);
    if (std::string problem = maker_.take_problem(); !problem.empty())
      (void)co_await ctx_.err().write(problem, {});
    co_return std::move(prompt.left);
  }
  const std::string& next() const { return next_; }

  void entry_ended(loop::Clock::duration taken) {
    last_.duration = taken;
    ++last_.number;
  }

 private:
  Task<void> make(Prompt& prompt, loop::CancelToken token) {
    prompt = co_await maker_.make_plain(last_, std::move(token));
  }

  Context& ctx_;
  EntryRunner& runner_;
  PromptMaker maker_;
  LastEntry last_;
  std::string next_;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

/// The newline of its last line is none of the entry's.
std::optional<SessionHistory::Entry> begin_plain_entry(SessionHistory& history, std::string text) {
  if (is_blank(text)) return std::nullopt;
  if (text.ends_with('\n')) text.pop_back();
  return history.begin(text);
}

Task<void> tell_problem(Context& ctx, SessionHistory& history) {
  if (const std::string problem = history.take_problem(); !problem.empty())
    co_await kernel::warn(ctx, "weir: " + problem);
}

/// `history`: null where nobody types.
Task<void> read_plain_lines(Context& ctx, EntryRunner& runner, SessionHistory* history) {
  PlainPrompts prompts(ctx, runner);
  std::string text;
  while (!ctx.unwinding() && !runner.is_hung_up()) {
    std::string prompt = prompts.next();
    if (text.empty()) {
      co_await runner.run_traps();
      if (ctx.unwinding()) break;
      co_await runner.report_jobs();
      if (history) {
        history->refresh();
        co_await tell_problem(ctx, *history);
      }
      take_size(ctx);
      prompt = co_await prompts.first();
    }
    (void)co_await ctx.err().write(prompt, {});
    auto line = co_await runner.read_plain_line();
    const bool is_gone = ctx.shell.terminal && !ctx.shell.terminal->is_there();
    if (is_gone || runner.is_hung_up()) co_return runner.hang_up();
    if (!line && line.error().kind == ErrorKind::cancelled) {
      (void)co_await ctx.err().write("\n", {});
      text.clear();
      ctx.status = 130;
      continue;
    }
    if (!line) {
      co_await kernel::warn(ctx, fmt::format("\nweir: stdin: {}", line.error().message));
      ctx.status = 1;
      break;
    }
    const bool at_end = !*line;
    if (at_end && history) {
      (void)co_await ctx.err().write("\n", {});  // the cursor stands behind the prompt
    }
    if (!at_end) text += **line;
    if (at_end && text.empty()) break;
    const auto outcome = parser::parse("weir", text, runner.next_line()).outcome;
    if (outcome == parser::Outcome::incomplete && !at_end) continue;
    take_size(ctx);
    const auto began = loop::Clock::now();
    const auto entry = history ? begin_plain_entry(*history, text) : std::nullopt;
    co_await runner.run_text(std::exchange(text, {}));
    if (entry) history->end(*entry);
    prompts.entry_ended(loop::Clock::now() - began);
    if (at_end) break;
  }
}

// ---- with it -------------------------------------------------------------------------

Task<void> edit_lines(Context& ctx, EntryRunner& runner, SessionHistory& history,
                      EditorSession& session) {
  while (!ctx.unwinding() && !runner.is_hung_up()) {
    co_await runner.run_traps();
    if (ctx.unwinding()) break;
    take_size(ctx);
    const ReadLine line = co_await session.read_line();
    if (line.kind == ReadLine::Kind::end_of_input) break;
    if (line.kind == ReadLine::Kind::hangup) co_return runner.hang_up();
    if (line.kind == ReadLine::Kind::interrupted) {
      ctx.status = 130;
      kernel::raise_trap(ctx.shell, SIGINT);
      continue;
    }
    if (is_blank(line.text)) continue;
    take_size(ctx);
    const auto entry = history.begin(line.text);
    co_await session.begin_entry(line.text);
    co_await runner.run_text(line.text, line.signals);
    co_await session.end_entry(history.end(entry));
  }
}

/// `history` is null where nobody types; `session` without the editor.
Task<void> run_shell(Context& ctx, EntryRunner& runner, SessionHistory* history,
                     EditorSession* session, std::vector<std::string> start_files) {
  const loop::CancelCallback on_hang_up(runner.hang_up_token(), [session] {
    if (session) session->hang_up();
  });
  forget_size(ctx);
  take_size(ctx);
  for (std::string& file : start_files) co_await runner.run_start_file(std::move(file));
  Leaving leaving(ctx, runner, session);
  for (;;) {
    co_await (session ? edit_lines(ctx, runner, *history, *session)
                      : read_plain_lines(ctx, runner, history));
    if (runner.is_hung_up() || co_await leaving.may_leave()) break;
    ctx.flow = {};
    if (session) session->stay();
  }
  if (!runner.is_hung_up()) co_await runner.run_exit_trap();
  if (runner.is_hung_up()) {
    co_await leaving.hang_up();
    co_await runner.run_exit_trap();
  }
  if (session) co_await session->end();
  if (history) co_await history->flush();
}

}  // namespace

namespace {

/// Job control, where stdin is a terminal that can be had.
void take_terminal(Context& ctx) {
  ctx.scope.options.notify = true;  // an end is told as it comes, above the line that is typed
  if (!::isatty(STDIN_FILENO)) return;
  auto control = scheduler::TerminalControl::acquire(STDIN_FILENO, ctx.shell.front != nullptr);
  if (!control) {
    const std::string line = fmt::format("weir: no job control: {}\n", control.error().message);
    (void)!::write(STDERR_FILENO, line.data(), line.size());  // there is nobody else to tell
    return;
  }
  ctx.scope.options.monitor = true;
  ctx.shell.terminal = std::move(*control);
  ctx.shell.jobs.use_terminal(ctx.shell.terminal.get());
  if (const std::string directory = kernel::job_directory(ctx); !directory.empty())
    ctx.shell.recorder = std::make_unique<scheduler::JobRecorder>(
        ctx.shell.loop, ctx.shell.jobs, scheduler::this_shell(directory, STDIN_FILENO));
}

/// What is written to the terminal goes through one place: above the line that is being typed,
/// and elsewhere when the shell goes on without it.
void take_output(Context& ctx, int fd) {
  const auto& file = ctx.fds.get(fd);
  if (file && file->is_terminal()) ctx.fds.set(fd, kernel::make_terminal_output(ctx.shell, file));
}

}  // namespace

int run_prompt_loop(Kernel& kernel, PromptOptions options) {
  Context& ctx = kernel.context();
  ctx.shell.front = std::move(options.front);
  if (ctx.shell.front) ctx.shell.parent_pid = ctx.shell.front->parent();
  take_terminal(ctx);
  EntryRunner runner(ctx);
  std::unique_ptr<SessionHistory> history;
  if (::isatty(STDIN_FILENO)) history = std::make_unique<SessionHistory>(ctx);
  std::unique_ptr<EditorSession> session;
  if (history && !options.dumb_editor && is_capable_terminal(variable_or(ctx, "TERM", ""))) {
    if (auto terminal = Terminal::open(ctx.shell.loop, STDIN_FILENO))
      session = std::make_unique<EditorSession>(
          ctx, *history, std::move(*terminal), [&runner] { runner.expect_entry(); },
          [&runner] { return runner.run_traps(); });
  }
  if (!session) {
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) take_output(ctx, fd);
  }
  ctx.shell.loop.run(
      run_shell(ctx, runner, history.get(), session.get(), std::move(options.start_files)));
  session.reset();
  history.reset();
  return kernel.finish();
}

}  // namespace weir::repl
