#include "builtins/leading_rows_support.h"

#include <algorithm>
#include <optional>

#include "builtins/row_filter_support.h"

namespace weir::builtins {

namespace {

constexpr size_t kPiece = 64 * 1024;  // of a line that is longer

class LeadingRows {
 public:
  explicit LeadingRows(Context& ctx)
      : ctx_(ctx), keep_(standard_input(ctx)), in_(ctx.in()), out_(ctx) {}

  Task<Result<void>> copy(int64_t count) {
    while (count > 0) {
      auto copied = co_await copy_some(count);
      if (!copied) co_return fail(std::move(copied.error()));
      if (!*copied) break;
      count -= **copied;
      if (!wants_pause(ctx_)) continue;
      if (auto go_on = co_await pause_point(ctx_); !go_on) co_return go_on;
    }
    co_return co_await out_.flush();
  }
  /// What was copied before an error comes out in front of its message.
  ValueTask<Result<void>> flush() { return out_.flush(); }

 private:
  /// How many rows or lines ended with what was copied, at most `most`; nothing: there is no more.
  using Copied = std::optional<int64_t>;

  Task<Result<Copied>> copy_some(int64_t most) {
    auto kind = in_.next_is_row(ctx_.token);
    if (!kind.ready()) {
      if (auto flushed = co_await out_.flush(); !flushed)
        co_return fail(std::move(flushed.error()));
    }
    auto typed = co_await std::move(kind);
    if (!typed) co_return fail(std::move(typed.error()));
    if (!*typed) co_return co_await copy_lines(most);
    auto row = co_await in_.read_row(ctx_.token);
    if (!row) co_return fail(std::move(row.error()));
    if (!*row) co_return Copied();
    auto written = co_await out_.put(std::move(**row));
    if (!written) co_return fail(std::move(written.error()));
    co_return Copied(1);
  }

  Task<Result<Copied>> copy_lines(int64_t most) {
    const scheduler::LineRead what{.max_bytes = kPiece, .count = static_cast<size_t>(most)};
    auto step = in_.read_lines(what, ctx_.token);
    if (!step.ready()) {
      if (auto flushed = co_await out_.flush(); !flushed)
        co_return fail(std::move(flushed.error()));
    }
    auto line = co_await std::move(step);
    if (!line) co_return fail(std::move(line.error()));
    if (!*line) co_return Copied();
    const auto ended = std::ranges::count(**line, '\n');
    auto written = co_await out_.put_text(**line);
    if (!written) co_return fail(std::move(written.error()));
    co_return Copied(ended);
  }

  Context& ctx_;
  scheduler::OpenFilePtr keep_;
  scheduler::OpenFile& in_;
  RowWriter out_;
};

}  // namespace

loop::Task<int> copy_first_rows(kernel::Invocation call, int64_t count) {
  LeadingRows rows(call.ctx);
  auto copied = co_await rows.copy(count);
  if (copied) co_return 0;
  if (copied.error().kind != ErrorKind::broken_pipe) (void)co_await rows.flush();
  co_return co_await kernel::stream_failed(call, std::move(copied.error()));
}

}  // namespace weir::builtins
