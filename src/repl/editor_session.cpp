#include "repl/editor_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "kernel/evaluator.h"
#include "kernel/shell.h"
#include "kernel/terminal_output.h"
#include "repl/external_edit.h"

namespace weir::repl {

namespace {

PaintOptions paint_options(const TerminalMarks& marks) {
  PaintOptions options = paint_options_from_environment();
  options.prompt_mark = marks.prompt_begins();
  options.text_mark = marks.prompt_ends();
  return options;
}

}  // namespace

EditorSession::EditorSession(kernel::Context& ctx, SessionHistory& history,
                             std::unique_ptr<Terminal> terminal, std::function<void()> before_entry,
                             std::function<loop::Task<void>()> run_traps)
    : ctx_(ctx),
      history_(history),
      terminal_(std::move(terminal)),
      before_entry_(std::move(before_entry)),
      run_traps_(std::move(run_traps)),
      facts_(ctx.shell.loop, [this] { editor_.refresh(); }),
      commands_(ctx.shell.loop, [this] { editor_.refresh(); }),
      completer_(ctx, commands_),
      prompts_(ctx),
      marks_(ctx.text_of("TERM")),
      editor_(ctx.shell.loop, *terminal_, keys_, hooks(), paint_options(marks_)),
      tasks_(ctx.shell.loop),
      answered_(ctx.shell.loop) {
  ctx_.shell.interactive_port = this;
  take_output(STDOUT_FILENO);
  take_output(STDERR_FILENO);
  ctx_.shell.jobs.watch([this](const scheduler::JobPtr& job) {
    if (editor_.is_reading()) tell_of(job);
  });
}

EditorSession::~EditorSession() {
  ctx_.shell.jobs.watch({});
  ctx_.shell.interactive_port = nullptr;
}

/// What is written to the terminal while a line is being typed goes above that line.
void EditorSession::take_output(int fd) {
  const auto& file = ctx_.fds.get(fd);
  if (file && file->is_terminal() && terminal_->is_behind(fd))
    ctx_.fds.set(fd, kernel::make_terminal_output(ctx_.shell, file));
}

EditorHooks EditorSession::hooks() {
  EditorHooks hooks;
  hooks.highlight = [this](std::string_view text) { return colors_of(text); };
  hooks.suggest = [this](std::string_view text) { return history_.suggest(text); };
  hooks.continuation = [this](std::string_view text) {
    const RepairedText& now = repaired(text);
    return Continuation{now.outcome != parser::Outcome::incomplete, now.depth, now.is_inside_text};
  };
  hooks.complete = [this](CompletionRequest request) {
    return completer_.complete(std::move(request));
  };
  hooks.expand_abbreviation = [this](const AbbreviationRequest& request) {
    return expand_abbreviation(ctx_.shell.typing_aids, request);
  };
  hooks.before_leaving = before_entry_;
  hooks.step_aside = [this] { return run_traps(); };
  hooks.history = [this] { return history_.texts(); };
  hooks.edit_externally = [this](std::string text) {
    return edit_in_program(ctx_, std::move(text));
  };
  return hooks;
}

loop::Task<void> EditorSession::end() {
  co_await tasks_.join();
  co_await facts_.join();
  co_await commands_.join();
}

loop::Task<void> EditorSession::tell_terminal(std::string marks) {
  if (!marks.empty()) (void)co_await ctx_.err().write(marks, {});
}

kernel::NoticeStyle EditorSession::notice_style() const {
  return {.width = terminal_->size().columns, .has_colors = has_colors_};
}

/// Above the line being typed, or above the next one. The prompt counts jobs.
void EditorSession::tell_of(const scheduler::JobPtr& job) {
  if (!kernel::is_unheard(*job)) return;
  editor_.print_above(kernel::tell(*job, notice_style()));
  if (editor_.is_reading()) editor_.set_prompt(prompts_.make(last_));
}

/// The prompt with what had to be asked for, while the line is typed already.
loop::Task<void> EditorSession::improve_prompt(loop::CancelToken token) {
  auto better = co_await prompts_.refresh(last_, token);
  if (token.cancelled()) co_return;
  if (better) editor_.set_prompt(std::move(*better));
  if (std::string problem = prompts_.take_problem(); !problem.empty())
    editor_.print_above(std::move(problem));
}

loop::Task<void> EditorSession::watch_signals(loop::CancelToken token) {
  while (co_await ctx_.shell.signals.arrived().wait(token)) editor_.step_aside();
}

/// False: a trap leaves the shell.
loop::Task<bool> EditorSession::run_traps() {
  co_await run_traps_();
  if (!ctx_.unwinding()) editor_.set_prompt(prompts_.make(last_));
  co_return !ctx_.unwinding();
}

loop::Task<ReadLine> EditorSession::read_line() {
  // What other shells wrote meanwhile is read while the prompt is there already.
  history_.refresh();
  facts_.forget();
  commands_.forget();
  has_colors_ = ctx_.text_of("NO_COLOR").empty();
  if (const std::string problem = history_.take_problem(); !problem.empty())
    editor_.print_above("weir: " + problem);
  for (const auto& job : ctx_.shell.jobs.all()) tell_of(job);
  const std::string& directory = ctx_.scope.directory->path;
  co_await tell_terminal(marks_.directory(prompts_.host(), directory) + marks_.title(directory));
  loop::CancelSource typing;
  loop::TaskGroup beside(ctx_.shell.loop);
  beside.start_later(improve_prompt(typing.token()));
  beside.start(watch_signals(typing.token()));
  auto line = co_await editor_.read_line(prompts_.make(last_), std::exchange(begun_, {}));
  // It is there again where the question is answered with stay.
  if (line.kind == ReadLine::Kind::end_of_input) begun_ = line.text;
  typing.cancel(SIGTERM);
  co_await beside.join();
  co_await tell_terminal(unfinished_.take_all());
  co_return line;
}

loop::Task<void> EditorSession::begin_entry(std::string text) {
  co_await tell_terminal(marks_.title(text) + marks_.entry_begins());
}

loop::Task<void> EditorSession::show_title(std::string text) {
  co_await tell_terminal(marks_.title(text));
}

loop::Task<void> EditorSession::end_entry(loop::Clock::duration taken) {
  last_ = {ctx_.status, taken, last_.number + 1};
  co_await tell_terminal(marks_.entry_ended(ctx_.status));
}

loop::Task<std::optional<Key>> EditorSession::ask_for_key(KeyQuestion question,
                                                          loop::CancelToken token) {
  is_asking_ = true;
  auto key = co_await repl::ask_for_key(ctx_.shell.loop, *terminal_, std::move(question),
                                        std::move(token));
  is_asking_ = false;
  answered_.pulse();
  co_return key;
}

loop::Task<Result<void>> EditorSession::answered(loop::CancelToken token) {
  co_return co_await answered_.wait(std::move(token));
}

void EditorSession::stay() { last_.status = ctx_.status; }

// ---- colours ---------------------------------------------------------------------------

const RepairedText& EditorSession::repaired(std::string_view text) {
  if (!repaired_.unit || repaired_of_ != text) {
    repaired_ = repair_text(text);
    repaired_of_ = text;
  }
  return repaired_;
}

std::vector<StyledSpan> EditorSession::colors_of(std::string_view text) {
  if (!has_colors_ || text.empty()) return {};
  const HighlightFacts facts{[this](std::string_view name) { return name_kind(name); },
                             [this](std::string_view path) { return path_exists(path); }};
  return highlight(text, repaired(text), facts);
}

NameKind EditorSession::name_kind(std::string_view name) {
  const auto kind_of = [](std::optional<bool> is_there) {
    return !is_there ? NameKind::pending : *is_there ? NameKind::command : NameKind::unknown;
  };
  if (name.find('/') != std::string_view::npos)
    return kind_of(facts_.exists(name, ctx_.scope.directory->path));
  if (name.starts_with('%'))
    return ctx_.shell.jobs.resolve(std::string(name), ctx_.job_id()) ? NameKind::command
                                                                     : NameKind::unknown;
  if (ctx_.shell.builtins.find(name) || ctx_.scope.functions->contains(name) ||
      ctx_.scope.aliases->contains(name) || ctx_.scope.command_paths->contains(name))
    return NameKind::command;
  return kind_of(commands_.knows(name, ctx_.text_of("PATH")));
}

bool EditorSession::path_exists(std::string_view path) {
  return facts_.exists(path, ctx_.scope.directory->path).value_or(false);
}

// ---- what jobs write --------------------------------------------------------------------

loop::Task<Result<void>> EditorSession::write_above(const void* writer, std::string bytes,
                                                    loop::CancelToken token) {
  std::string lines = unfinished_.add(writer, bytes);
  if (!lines.empty()) editor_.print_above(std::move(lines));
  return editor_.keep_pace(std::move(token));
}

void EditorSession::end_writer(const void* writer) {
  std::string rest = unfinished_.take(writer);
  if (!rest.empty()) editor_.print_above(std::move(rest));
}

// ---- for the builtins -------------------------------------------------------------------

std::vector<kernel::InteractivePort::Named> EditorSession::key_bindings() const {
  std::vector<Named> rows;
  for (const auto& [keys, command] : keys_.bindings())
    rows.push_back({sequence_name(keys), command});
  return rows;
}

std::vector<kernel::InteractivePort::Named> EditorSession::editor_commands() const {
  std::vector<Named> rows;
  for (const CommandName& command : editor_command_names())
    rows.push_back({std::string(command.name), std::string(command.help)});
  return rows;
}

Result<void> EditorSession::bind_key(std::string_view keys, std::string_view command) {
  auto sequence = parse_sequence(keys);
  if (!sequence) return fail(std::move(sequence.error()));
  std::vector<std::string_view> names;
  for (const CommandName& known : editor_command_names()) names.push_back(known.name);
  if (std::ranges::find(names, command) == names.end())
    return fail(ErrorKind::not_found,
                fmt::format("{} is no command of the editor{}", quote_word(command),
                            did_you_mean(command, names)));
  keys_.bind(*sequence, std::string(command));
  return {};
}

Result<void> EditorSession::unbind_key(std::string_view keys) {
  auto sequence = parse_sequence(keys);
  if (!sequence) return fail(std::move(sequence.error()));
  if (!keys_.unbind(*sequence))
    return fail(ErrorKind::not_found, fmt::format("{} is not bound", sequence_name(*sequence)));
  return {};
}

}  // namespace weir::repl
