#include "builtins/leading_rows_support.h"

#include "builtins/row_filter_support.h"

namespace weir::builtins {

namespace {

/// One row or line from `in` to `out`: false at the end of the input.
Task<Result<bool>> copy_one(Context& ctx, scheduler::OpenFile& in, RowWriter& out) {
  auto kind = in.next_is_row(ctx.token);
  if (!kind.ready() && !out.empty()) {
    if (auto flushed = co_await out.flush(); !flushed) co_return fail(std::move(flushed.error()));
  }
  auto typed = co_await std::move(kind);
  if (!typed) co_return fail(std::move(typed.error()));
  Result<void> written;
  if (*typed) {
    auto row = co_await in.read_row(ctx.token);
    if (!row) co_return fail(std::move(row.error()));
    if (!*row) co_return false;
    written = co_await out.put(std::move(**row));
  } else {
    auto step = in.read_line('\n', ctx.token);
    if (!step.ready() && !out.empty()) {
      if (auto flushed = co_await out.flush(); !flushed) co_return fail(std::move(flushed.error()));
    }
    auto line = co_await std::move(step);
    if (!line) co_return fail(std::move(line.error()));
    if (!*line) co_return false;
    written = co_await out.put_text(**line);
  }
  if (!written) co_return fail(std::move(written.error()));
  co_return true;
}

}  // namespace

loop::Task<int> copy_first_rows(kernel::Invocation call, int64_t count) {
  const auto keep = standard_input(call.ctx);
  scheduler::OpenFile& in = call.ctx.in();
  RowWriter out(call.ctx);
  for (int64_t i = 0; i < count; ++i) {
    auto copied = co_await copy_one(call.ctx, in, out);
    if (!copied) {
      if (copied.error().kind != ErrorKind::broken_pipe) (void)co_await out.flush();
      co_return co_await kernel::stream_failed(call, std::move(copied.error()));
    }
    if (!*copied) break;
    if (wants_pause(call.ctx) && !co_await pause_point(call.ctx)) {
      co_return cancelled_code(call.ctx);
    }
  }
  auto flushed = co_await out.flush();
  if (!flushed) co_return co_await kernel::stream_failed(call, std::move(flushed.error()));
  co_return 0;
}

}  // namespace weir::builtins
