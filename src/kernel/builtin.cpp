#include "kernel/builtin.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "base/text.h"
#include "kernel/shell.h"

namespace weir::kernel {

using loop::Task;
using loop::ValueTask;

void BuiltinRegistry::add(Builtin builtin) {
  [[maybe_unused]] const bool added = by_name_.emplace(builtin.schema->name, builtin).second;
  assert(added && "two builtins have the same name");
}

const Builtin* BuiltinRegistry::find(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : &it->second;
}

std::vector<const Builtin*> BuiltinRegistry::all() const {
  std::vector<const Builtin*> all;
  all.reserve(by_name_.size());
  for (const auto& [name, builtin] : by_name_) all.push_back(&builtin);
  std::ranges::sort(all, {}, [](const Builtin* b) { return b->schema->name; });
  return all;
}

namespace {

constexpr int kSignalBase = 128;

/// The reader of stdout went away. As SIGPIPE would, that ends the context,
/// quietly; not an interactive shell itself, and not where PIPE is trapped.
bool end_by_broken_pipe(Context& ctx) {
  if (ctx.scope.traps->contains(SIGPIPE)) return false;
  if (!ctx.shell.interactive || ctx.subshell_depth > 0) {
    ctx.flow = {FlowKind::exit, 0};
    ctx.broken_pipe = true;
  }
  return true;
}

Task<int> after_warning(Context& ctx, std::string line, int code) {
  co_await warn(ctx, std::move(line));
  co_return code;
}

/// `name` of the builtin; not the Invocation, which may be gone after waiting.
ValueTask<int> failed(Context& ctx, std::string_view name, Error error) {
  if (error.kind == ErrorKind::broken_pipe && end_by_broken_pipe(ctx)) return kSignalBase + SIGPIPE;
  if (error.kind == ErrorKind::cancelled) return kSignalBase + ctx.token.reason();
  return after_warning(ctx, fmt::format("{}: {}: {}", ctx.place(), name, error.message), 1);
}

/// `bytes` is what `writing` refers to.
Task<int> finish_print(Context& ctx, std::string_view name, std::string bytes,
                       Task<Result<void>> writing, int code) {
  auto written = co_await std::move(writing);
  if (!written) co_return co_await failed(ctx, name, std::move(written.error()));
  co_return code;
}

Task<int> finish_emit(Context& ctx, std::string_view name, std::vector<scheduler::Row> rows,
                      size_t next, Task<Result<void>> writing, int code) {
  auto written = co_await std::move(writing);
  while (written && next < rows.size()) {
    written = co_await ctx.out().write_row(std::move(rows[next++]), ctx.token);
  }
  if (!written) co_return co_await failed(ctx, name, std::move(written.error()));
  co_return code;
}

}  // namespace

ValueTask<int> print(const Invocation& call, std::string text, int code) {
  if (text.empty()) return code;
  // A short string would hold its bytes itself and take them along when it is
  // moved into the frame that waits for the rest.
  constexpr size_t kBeyondInlineStrings = 32;
  text.reserve(kBeyondInlineStrings);
  Context& ctx = call.ctx;
  auto writing = ctx.out().write(text, ctx.token);
  if (!writing.ready()) {
    return finish_print(ctx, call.schema.name, std::move(text), writing.task(), code);
  }
  auto written = writing.take();
  if (!written) return failed(ctx, call.schema.name, std::move(written.error()));
  return code;
}

ValueTask<int> emit(const Invocation& call, std::vector<scheduler::Row> rows, int code) {
  Context& ctx = call.ctx;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto writing = ctx.out().write_row(std::move(rows[i]), ctx.token);
    if (!writing.ready()) {
      return finish_emit(ctx, call.schema.name, std::move(rows), i + 1, writing.task(), code);
    }
    auto written = writing.take();
    if (!written) return failed(ctx, call.schema.name, std::move(written.error()));
  }
  return code;
}

ValueTask<int> complain(const Invocation& call, std::string message, int code) {
  return after_warning(
      call.ctx, fmt::format("{}: {}: {}", call.ctx.place(), call.schema.name, message), code);
}

ValueTask<int> misuse(const Invocation& call, std::string message) {
  return complain(call, fmt::format("{}\n{}", message, usage_line(call.schema)), 2);
}

ValueTask<int> refuse(const Invocation& call, Error error) {
  if (error.kind == ErrorKind::misuse) return misuse(call, std::move(error.message));
  return complain(call, std::move(error.message));
}

ValueTask<int> stream_failed(const Invocation& call, Error error) {
  return failed(call.ctx, call.schema.name, std::move(error));
}

Task<void> warn(Context& ctx, std::string lines) {
  lines = harmless_lines(lines);
  if (!lines.ends_with('\n')) lines += '\n';
  // Not the context's token: what ends a command must not hide why.
  (void)co_await ctx.err().write(lines, {});
}

}  // namespace weir::kernel
