#include "kernel/substitution.h"

#include <fmt/format.h>

#include "kernel/evaluator.h"
#include "kernel/shell.h"
#include "scheduler/collector.h"
#include "scheduler/pipe.h"

namespace weir::kernel {

namespace {

Result<void> check_depth(const Context& ctx) {
  if (ctx.recursion < ctx.scope.options.recursion_limit) return {};
  return fail(ErrorKind::limit, fmt::format("over {} nested calls and substitutions (set -o recursion-limit=N)",
                                            ctx.scope.options.recursion_limit));
}

Task<Result<void>> capture(Context& ctx, const parser::List& body,
                           std::shared_ptr<scheduler::CaptureFile> file) {
  if (auto allowed = check_depth(ctx); !allowed) co_return allowed;
  {
    Context sub = ctx.subshell();
    sub.fds.set(1, file);
    ctx.status = co_await run_in_subshell(sub, body);
  }
  ctx.substitution_status = ctx.status;
  co_await file->finish(true, ctx.token);
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
