// Simple commands: expand, look up, redirect, run. The path without redirections,
// substitutions and prefix assignments needs no coroutine frame.
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/assignment.h"
#include "kernel/commands.h"
#include "kernel/evaluator.h"
#include "kernel/external.h"
#include "kernel/flow.h"
#include "kernel/not_found_hook.h"
#include "kernel/redirection.h"
#include "kernel/terminal_output.h"
#include "kernel/trace.h"
#include "kernel/value_expansion.h"
#include "loop/thread_pool.h"

namespace weir::kernel {

namespace {

using parser::Assignment;
using parser::SimpleCommand;

constexpr int kMaxAliases = 32;

// ---- declarations ---------------------------------------------------------------

/// An assignment among the words of a declaration command, as its builtin takes it.
Value declaration(const Assignment& assignment, Value value) {
  Record record;
  record.set("name", Value(assignment.name));
  record.set("value", std::move(value));
  record.set("append", Value(assignment.append));
  return Value(std::move(record));
}

bool is_declaration(const SimpleCommand& command) {
  for (const Assignment* assignment : command.declarations) {
    if (assignment) return true;
  }
  return false;
}

Task<Result<void>> expand_declarations(Context& ctx, const SimpleCommand& command, List& out) {
  for (size_t i = 0; i < command.words.size(); ++i) {
    const Assignment* assignment =
        i < command.declarations.size() ? command.declarations[i] : nullptr;
    if (!assignment) {
      auto done = co_await expand_arguments(ctx, command.words.subspan(i, 1), out);
      if (!done) co_return done;
      continue;
    }
    if (!assignment->path.empty()) {
      co_return fail(ErrorKind::refused,
                     "a declaration takes a plain name; assign the element on its own",
                     assignment->span);
    }
    Value value("");
    if (assignment->value) {
      auto expanded = co_await expand_value(ctx, *assignment->value);
      if (!expanded) co_return fail(std::move(expanded.error()));
      value = std::move(*expanded);
    }
    out.push_back(declaration(*assignment, std::move(value)));
  }
  co_return Result<void>{};
}

// ---- tracing -----------------------------------------------------------------------

/// `x=1` among the words of a declaration.
std::string traced_declaration(const Record& declared) {
  const bool appends = *declared.find("append") == Value(true);
  return declared.find("name")->to_text() + (appends ? "+=" : "=") +
         traced_value(*declared.find("value"));
}

std::string traced_words(const List& words, bool declares) {
  std::string line;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) line += ' ';
    const bool is_declaration = declares && words[i].is_record();
    line += is_declaration ? traced_declaration(words[i].as_record()) : traced_value(words[i]);
  }
  return line;
}

/// `x=1` as it was assigned; of an element only the target is shown as written.
std::string traced_assignment(Context& ctx, const Assignment& assignment) {
  if (!assignment.path.empty() || assignment.append) {
    return std::string(ctx.unit ? ctx.unit->text(assignment.span) : assignment.name);
  }
  const auto value = ctx.lookup(assignment.name, assignment.name_hash);
  return fmt::format("{}={}", assignment.name, value ? traced_value(*value) : "");
}

// ---- functions ------------------------------------------------------------------------

/// What a call changes and gives back.
struct CallFrame {
  std::shared_ptr<const List> parameters;
  parser::UnitPtr unit;
  uint32_t position;
  int loop_depth;
  bool is_last_command;
};

CallFrame begin_call(Context& ctx, const Function& function, List arguments) {
  CallFrame frame{std::move(ctx.scope.parameters), ctx.unit, ctx.position, ctx.loop_depth,
                  ctx.is_last_command};
  ctx.scope.parameters = std::make_shared<const List>(std::move(arguments));
  ctx.unit = function.unit;
  ctx.loop_depth = 0;
  ctx.is_last_command = false;
  ++ctx.function_depth;
  ++ctx.recursion;
  return frame;
}

void restore_locals(Context& ctx) {
  while (!ctx.locals.empty() && ctx.locals.back().depth == ctx.function_depth) {
    auto& saved = ctx.locals.back();
    const Variable* now = ctx.scope.variables.find(saved.name);
    const bool exported = (now && now->exported) || (saved.before && saved.before->exported);
    if (saved.before)
      ctx.scope.variables.edit(saved.name) = std::move(*saved.before);
    else
      ctx.scope.variables.erase(saved.name);
    if (exported) ctx.scope.variables.touch_exports();
    ctx.locals.pop_back();
  }
}

int end_call(Context& ctx, CallFrame frame) {
  restore_locals(ctx);
  --ctx.function_depth;
  --ctx.recursion;
  ctx.scope.parameters = std::move(frame.parameters);
  ctx.unit = std::move(frame.unit);
  ctx.position = frame.position;
  ctx.loop_depth = frame.loop_depth;
  ctx.is_last_command = frame.is_last_command;
  if (ctx.flow.kind == FlowKind::return_) ctx.flow = {};
  return ctx.status;
}

Task<int> finish_call(Context& ctx, Function function, CallFrame frame, Task<int> body) {
  (void)function;  // keeps the definition alive while it runs, even when it is unset
  (void)co_await std::move(body);
  co_return end_call(ctx, std::move(frame));
}

Task<int> call_later(Context& ctx, Function function, List arguments) {
  auto frame = begin_call(ctx, function, std::move(arguments));
  (void)co_await run_command(ctx, *function.definition->body);
  co_return end_call(ctx, std::move(frame));
}

Task<int> too_deep(Context& ctx) {
  co_await warn(ctx,
                fmt::format("{}: over {} nested calls and substitutions (set -o recursion-limit=N)",
                            ctx.place(), ctx.scope.options.recursion_limit));
  // The whole tower of calls ends, not only its last floor.
  ctx.flow = {FlowKind::exit, 0};
  ctx.status = 1;
  co_return 1;
}

// ---- prefix assignments -----------------------------------------------------------------

/// Undoes what was assigned since there were `count` of them.
void restore_prefixes(Context& ctx, size_t count) {
  auto& saved = ctx.prefixes;
  if (saved.size() > count) ctx.scope.variables.touch_exports();
  for (; saved.size() > count; saved.pop_back()) {
    Context::SavedLocal& last = saved.back();
    if (last.before)
      ctx.scope.variables.edit(last.name) = std::move(*last.before);
    else
      ctx.scope.variables.erase(last.name);
  }
}

/// Evaluates `A=1 B=2 cmd`: exported while the command runs.
Task<Result<void>> assign_prefix(Context& ctx, const SimpleCommand& command) {
  for (const Assignment& assignment : command.assignments) {
    const Variable* before = ctx.scope.variables.find(assignment.name, assignment.name_hash);
    ctx.prefixes.push_back({std::string(assignment.name),
                            before ? std::optional<Variable>(*before) : std::nullopt,
                            ctx.function_depth});
    if (auto done = co_await assign(ctx, assignment); !done) co_return done;
    if (ctx.scope.options.xtrace) co_await trace(ctx, traced_assignment(ctx, assignment));
    Variable& variable = ctx.scope.variables.edit(assignment.name, assignment.name_hash);
    if (!variable.value.is_scalar()) {
      co_return fail(
          ErrorKind::invalid,
          fmt::format("{}: a prefix assignment takes a scalar, not a {}; write {}=$(tojson …)",
                      assignment.name, variable.value.type_name(), assignment.name),
          assignment.span);
    }
    variable.exported = true;
    ctx.scope.variables.touch_exports();
  }
  co_return Result<void>{};
}

// ---- builtins --------------------------------------------------------------------------------

bool takes_help(std::string_view name) {
  constexpr std::string_view kPlain[] = {"echo", "test", "[", "printf", "true", "false", ":"};
  for (auto plain : kPlain) {
    if (name == plain) return false;
  }
  return true;
}

}  // namespace

ValueTask<int> run_builtin(Context& ctx, const Builtin& builtin, List words) {
  const CommandSchema& schema = *builtin.schema;
  Invocation call{ctx, schema, {}};
  if (schema.style == ArgumentStyle::raw) {
    if (words.size() == 1 && words[0].is_string() && words[0].as_string() == "--help" &&
        takes_help(schema.name)) {
      return print(call, help_text(schema, terminal_width(ctx)));
    }
    call.args.operands = std::move(words);
    return builtin.run(std::move(call));
  }
  auto parsed = Arguments::parse(schema, std::move(words));
  if (!parsed) return misuse(call, std::move(parsed.error().message));
  if (parsed->wants_help()) return print(call, help_text(schema, terminal_width(ctx)));
  call.args = std::move(*parsed);
  return builtin.run(std::move(call));
}

namespace {

// ---- dispatch ----------------------------------------------------------------------------------

/// Replaces the first word while it names an alias, each alias once (POSIX 2.3.1).
void expand_aliases(Context& ctx, List& words) {
  std::vector<std::string> seen;
  while (!words.empty() && seen.size() < kMaxAliases) {
    const std::string name = words[0].to_text();
    const auto alias = ctx.scope.aliases->find(name);
    if (alias == ctx.scope.aliases->end()) return;
    for (const auto& earlier : seen) {
      if (earlier == name) return;
    }
    seen.push_back(name);
    List replaced;
    for (const auto& word : alias->second.words) replaced.emplace_back(word);
    replaced.insert(replaced.end(), std::make_move_iterator(words.begin() + 1),
                    std::make_move_iterator(words.end()));
    words = std::move(replaced);
  }
}

/// `%2` is `fg %2`, and `%2 &` is `bg %2`, where there are jobs to speak of.
bool is_job_name(const Context& ctx, std::string_view name) {
  return name.starts_with('%') && ctx.shell.interactive;
}

ValueTask<int> continue_job(Context& ctx, List words) {
  const bool is_behind = ctx.job && !ctx.job->is_entry;
  return run_builtin(ctx, *ctx.shell.builtins.find(is_behind ? "bg" : "fg"), std::move(words));
}

ValueTask<int> dispatch(Context& ctx, List words, Lookup lookup) {
  const Value& first = words.front();
  std::string text;
  if (!first.is_string()) text = first.to_text();
  const std::string& name = first.is_string() ? first.as_string() : text;
  Resolution found = resolve(ctx, name, lookup);
  switch (found.kind) {
    case Resolution::Kind::function: {
      Function function = ctx.scope.functions->find(name)->second;
      words.erase(words.begin());
      return call_function(ctx, std::move(function), std::move(words));
    }
    case Resolution::Kind::builtin:
      // A builtin may run several commands and write after them: its descriptors stay, and what it
      // runs is not the whole of a job.
      ctx.is_job_command = ctx.is_job_command && ctx.is_last_command;
      ctx.is_last_command = false;
      words.erase(words.begin());
      return run_builtin(ctx, *found.builtin, std::move(words));
    case Resolution::Kind::file:
      return run_external(ctx, std::move(found.path), std::move(words), {});
    default:
      if (is_job_name(ctx, name)) return continue_job(ctx, std::move(words));
      return command_not_found(ctx, std::move(words), found.not_executable);
  }
}

bool is_exec(const List& words) {
  return words.size() == 1 && words[0].is_string() && words[0].as_string() == "exec";
}

/// A failing `$(…)` in a declaration is seen, as in a plain assignment (LANGUAGE 6.5).
int declared_status(Context& ctx, bool declares, int status) {
  return declares && status == 0 ? ctx.substitution_status : status;
}

Task<int> finish_later(Context& ctx, Task<int> running) {
  const int status = co_await std::move(running);
  co_return co_await finish_command(ctx, status);
}

Task<int> run_assignments(Context& ctx, const SimpleCommand& command) {
  ctx.substitution_status = 0;
  const FdTable saved = ctx.fds;
  int status = 0;
  for (const Assignment& assignment : command.assignments) {
    auto done = co_await assign(ctx, assignment);
    if (!done) {
      status = co_await report_failure(ctx, std::move(done.error()));
      break;
    }
    if (ctx.scope.options.xtrace) co_await trace(ctx, traced_assignment(ctx, assignment));
  }
  if (status == 0 && !command.redirects.empty()) {
    // `> file` alone creates the file and changes nothing else.
    auto done = co_await apply_redirects(ctx, command.redirects);
    if (!done) status = co_await report_failure(ctx, std::move(done.error()));
  }
  ctx.fds = saved;
  if (status == 0) status = ctx.substitution_status;
  co_return co_await finish_command(ctx, status);
}

/// The whole way, with everything that may wait.
Task<int> run_waiting(Context& ctx, const SimpleCommand& command) {
  ctx.substitution_status = 0;
  const FdTable saved = ctx.fds;
  const bool declares = is_declaration(command);
  const size_t prefixes_before = ctx.prefixes.size();
  List words;
  auto done = declares ? co_await expand_declarations(ctx, command, words)
                       : co_await expand_arguments(ctx, command.words, words);
  if (done && !words.empty()) {
    if (!ctx.scope.aliases->empty()) expand_aliases(ctx, words);
    if (ctx.scope.options.xtrace) co_await trace(ctx, traced_words(words, declares));
    done = co_await apply_redirects(ctx, command.redirects);
    if (done) done = co_await assign_prefix(ctx, command);
  }
  int status = 0;
  bool keeps_descriptors = false;
  if (!done) {
    status = co_await report_failure(ctx, std::move(done.error()));
  } else if (!words.empty()) {
    keeps_descriptors = is_exec(words);
    const Builtin* builtin = ctx.shell.builtins.find(words[0].to_text());
    if (builtin && builtin->special) ctx.prefixes.resize(prefixes_before);  // POSIX: they stay
    ctx.position = command.span.begin;
    status = co_await dispatch(ctx, std::move(words), {});
  } else {
    status = ctx.substitution_status;
  }
  restore_prefixes(ctx, prefixes_before);
  if (!keeps_descriptors) ctx.fds = saved;
  co_return co_await finish_command(ctx, declared_status(ctx, declares, status));
}

ValueTask<int> assign_at_once(Context& ctx, const SimpleCommand& command) {
  for (const Assignment& assignment : command.assignments) {
    if (auto done = assign_now(ctx, assignment); !done) {
      return finish_later(ctx, report_failure(ctx, std::move(done.error())));
    }
  }
  return finish_command(ctx, 0);
}

}  // namespace

ValueTask<int> call_function(Context& ctx, Function function, List arguments) {
  if (ctx.recursion >= ctx.scope.options.recursion_limit) return too_deep(ctx);
  NativeDepth depth;
  if (depth.is_deep()) return call_later(ctx, std::move(function), std::move(arguments));
  auto frame = begin_call(ctx, function, std::move(arguments));
  auto body = run_command(ctx, *function.definition->body);
  if (!body.ready()) return finish_call(ctx, std::move(function), std::move(frame), body.task());
  return end_call(ctx, std::move(frame));
}

ValueTask<int> run_simple(Context& ctx, const SimpleCommand& command) {
  ctx.position = command.span.begin;
  if (command.words.empty()) {
    if (command.has_substitution || !command.redirects.empty() || ctx.scope.options.xtrace) {
      return run_assignments(ctx, command);
    }
    return assign_at_once(ctx, command);
  }
  if (command.has_substitution || !command.redirects.empty() || !command.assignments.empty() ||
      is_declaration(command) || ctx.scope.options.xtrace) {
    return run_waiting(ctx, command);
  }
  ctx.substitution_status = 0;
  List words;
  if (auto done = expand_arguments_now(ctx, command.words, words); !done) {
    return finish_later(ctx, report_failure(ctx, std::move(done.error())));
  }
  if (words.empty()) return finish_command(ctx, 0);  // ...$none
  if (!ctx.scope.aliases->empty()) expand_aliases(ctx, words);
  auto step = dispatch(ctx, std::move(words), {});
  if (!step.ready()) return finish_later(ctx, step.task());
  return finish_command(ctx, step.take());
}

Task<int> run_words(Context& ctx, List words, Lookup lookup) {
  if (words.empty()) co_return 0;
  co_return co_await dispatch(ctx, std::move(words), lookup);
}

Task<int> exec_words(Context& ctx, List words) {
  const std::string name = words.front().to_text();
  Resolution found = resolve(ctx, name, {.functions = false, .builtins = false});
  if (found.kind != Resolution::Kind::file) {
    co_return co_await report_not_found(ctx, name, found.not_executable);
  }
  // In a subshell there is no process of its own to replace: the command runs
  // and the context ends with it. A confined shell has none to give.
  if (ctx.subshell_depth > 0 || ctx.shell.confined) {
    const int status = co_await run_external(ctx, found.path, std::move(words), {});
    ctx.flow = {FlowKind::exit, 0};
    co_return status;
  }
  co_await loop::pool_idle(ctx.shell.loop);
  const Error error = replace_process(ctx, found.path, words);
  co_await warn(ctx, fmt::format("{}: exec: {}", ctx.place(), error.message));
  co_return error.sys == ENOENT ? 127 : 126;
}

}  // namespace weir::kernel
