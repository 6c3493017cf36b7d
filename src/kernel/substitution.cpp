#include "kernel/substitution.h"

#include <fmt/format.h>

#include "kernel/evaluator.h"
#include "kernel/flow.h"
#include "kernel/redirection.h"
#include "kernel/shell.h"
#include "scheduler/collector.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

namespace {

constexpr size_t kReadSize = 128 * 1024;

Result<void> check_depth(const Context& ctx) {
  if (ctx.recursion < ctx.scope.options.recursion_limit) return {};
  return fail(ErrorKind::limit,
              fmt::format("over {} nested calls and substitutions (set -o recursion-limit=N)",
                          ctx.scope.options.recursion_limit));
}

/// `$(< file)`: the one redirection that is the whole body, or null.
const parser::SimpleCommand* file_reader(const parser::List& body) {
  if (body.items.size() != 1 || body.items[0].background || body.items[0].items.size() != 1)
    return nullptr;
  const parser::Pipeline& pipeline = *body.items[0].items[0].pipeline;
  if (pipeline.negated || pipeline.timed || pipeline.stages.size() != 1) return nullptr;
  const parser::Command& command = *pipeline.stages[0].command;
  if (command.kind != parser::CommandKind::simple || command.redirects.size() != 1) return nullptr;
  const auto& simple = parser::as<parser::SimpleCommand>(command);
  const parser::Redirect& redirect = command.redirects[0];
  const bool reads =
      redirect.op == parser::RedirectOp::read && redirect.fd <= 0 && redirect.fd_variable.empty();
  return reads && simple.words.empty() && simple.assignments.empty() ? &simple : nullptr;
}

Task<int> read_file(Context& sub, const parser::SimpleCommand& command) {
  auto done = co_await apply_redirects(sub, command.redirects);
  while (done) {
    auto bytes = co_await sub.in().read_some(kReadSize, sub.token);
    if (!bytes)
      done = fail(std::move(bytes.error()));
    else if (!*bytes)
      break;
    else
      done = co_await sub.out().write_owned(std::move(**bytes), sub.token);
  }
  if (!done)
    sub.status = co_await report_failure(sub, std::move(done.error()));
  else
    sub.status = 0;
  sub.fds.clear();
  co_return sub.status;
}

/// Runs the body. What its last command emits decides what the substitution gives (LANGUAGE 3.9),
/// so rows from before that count as text.
Task<int> run_body(Context& sub, const parser::List& body, scheduler::CaptureFile& file) {
  if (const auto* reader = file_reader(body)) co_return co_await read_file(sub, *reader);
  if (body.items.size() < 2) co_return co_await run_in_subshell(sub, body);
  const parser::List first{body.span, body.items.first(body.items.size() - 1)};
  (void)co_await run_list(sub, first);
  file.clear_rows();
  const parser::List last{body.span, body.items.last(sub.unwinding() ? 0 : 1)};
  co_return co_await run_in_subshell(sub, last);
}

Task<Result<void>> capture(Context& ctx, const parser::List& body,
                           std::shared_ptr<scheduler::CaptureFile> file) {
  if (auto allowed = check_depth(ctx); !allowed) co_return allowed;
  {
    Context sub = ctx.subshell();
    sub.fds.set(1, file);
    ctx.status = co_await run_body(sub, body, *file);
  }
  ctx.substitution_status = ctx.status;
  co_await file->finish(true, ctx.token);
  // The command that it is for is not run with half of its words.
  if (ctx.token.cancelled()) co_return fail(ErrorKind::cancelled, "cancelled");
  co_return Result<void>{};
}

void trim_newlines(std::string& text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
}

Task<void> run_beside(Context sub, const parser::List& body) {
  (void)co_await run_in_subshell(sub, body);
}

}  // namespace

Task<Result<Value>> substitute(Context& ctx, const parser::List& body) {
  auto file = scheduler::make_capture(ctx.shell.loop);
  if (auto done = co_await capture(ctx, body, file); !done) co_return fail(std::move(done.error()));
  auto rows = file->take_rows();
  if (rows.size() == 1) co_return std::move(rows.front());
  std::string text = file->take_bytes();
  trim_newlines(text);
  co_return Value(std::move(text));
}

Task<Result<void>> substitute_items(Context& ctx, const parser::List& body, List& out) {
  auto file = scheduler::make_capture(ctx.shell.loop);
  if (auto done = co_await capture(ctx, body, file); !done) co_return done;
  auto rows = file->take_rows();
  if (rows.size() == 1 && rows.front().is_list()) {
    for (const Value& item : rows.front().as_list()) out.push_back(item);
    co_return Result<void>{};
  }
  if (!rows.empty()) {
    for (Value& row : rows) out.push_back(std::move(row));
    co_return Result<void>{};
  }
  std::string text = file->take_bytes();
  trim_newlines(text);
  if (text.empty()) co_return Result<void>{};
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    out.emplace_back(text.substr(from, end - from));
    from = end + 1;
  }
  co_return Result<void>{};
}

Task<Result<Value>> start_process_substitution(Context& ctx, const parser::ProcessPart& part) {
  auto ends = scheduler::make_pipe(ctx.shell.loop);
  Context sub = ctx.subshell();
  sub.fds.set(part.writes ? 0 : 1, part.writes ? ends.reader : ends.writer);
  auto ours = part.writes ? std::move(ends.writer) : std::move(ends.reader);
  ends = {};
  auto number = ours->descriptor();
  if (!number) co_return fail(std::move(number.error()));
  ctx.fds.set(*number, std::move(ours));
  ctx.shell.background.start(run_beside(std::move(sub), *part.body));
  co_return Value(fmt::format("/dev/fd/{}", *number));
}

}  // namespace weir::kernel
