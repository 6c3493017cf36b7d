#include "builtins/row_io_support.h"

#include <cerrno>

namespace weir::builtins {

namespace {

constexpr size_t kReadSize = 64 * 1024;
constexpr size_t kGatherSize = 32 * 1024;

}  // namespace

scheduler::OpenFilePtr standard_input(const Context& ctx) { return ctx.fds.get(0); }

RowReader::RowReader(Context& ctx, scheduler::OpenFilePtr file, scheduler::Arrays arrays)
    : ctx_(ctx), file_(std::move(file)), arrays_(arrays) {}

RowReader::RowReader(Context& ctx, List values) : ctx_(ctx), values_(std::move(values)) {}

NextRow RowReader::count(std::optional<Row> row) {
  if (row) ++number_;
  return row;
}

std::optional<Row> RowReader::take_line() {
  const size_t newline = text_.find('\n', searched_);
  if (newline == std::string::npos) {
    searched_ = text_.size();
    return {};
  }
  Row row{Value(std::string_view(text_).substr(from_, newline - from_)), false};
  from_ = searched_ = newline + 1;
  return row;
}

/// A last line without a newline.
std::optional<Row> RowReader::take_rest() {
  if (from_ == text_.size()) return {};
  Row row{Value(std::string_view(text_).substr(from_)), false};
  text_.clear();
  from_ = searched_ = 0;
  return row;
}

/// A typed row that can be taken without waiting.
std::optional<NextRow> RowReader::typed_row_at_hand() {
  if (values_) {
    if (number_ == values_->size()) return NextRow(std::nullopt);
    return count(Row{std::move((*values_)[number_])});
  }
  if (!file_) return NextRow(fail(Error::from_errno(EBADF, "standard input")));
  auto typed = file_->next_is_row(ctx_.token, arrays_);
  if (!typed.ready()) return {};
  if (auto is_row = typed.take(); !is_row || !*is_row) return {};
  auto reading = file_->read_row(ctx_.token);
  if (!reading.ready()) return {};
  auto row = reading.take();
  return row ? count(std::move(*row)) : std::move(row);
}

ValueTask<NextRow> RowReader::next() {
  if (from_ < text_.size()) {
    if (auto line = take_line()) return count(std::move(line));
    return wait_next();
  }
  if (auto row = typed_row_at_hand()) return std::move(*row);
  return wait_next();
}

ValueTask<NextRow> RowReader::next_piece() {
  if (auto row = typed_row_at_hand()) return std::move(*row);
  return wait_piece();
}

Task<NextRow> RowReader::wait_next() {
  for (;;) {
    auto typed = co_await file_->next_is_row(ctx_.token, arrays_);
    if (!typed) co_return fail(std::move(typed.error()));
    if (*typed) {
      if (auto rest = take_rest()) co_return count(std::move(rest));
      auto row = co_await file_->read_row(ctx_.token);
      co_return row ? count(std::move(*row)) : std::move(row);
    }
    auto more = co_await file_->read_some(kReadSize, ctx_.token);
    if (!more) co_return fail(std::move(more.error()));
    if (!*more) co_return count(take_rest());
    text_.erase(0, from_);
    searched_ -= from_;
    from_ = 0;
    if (text_.empty()) {
      text_ = std::move(**more);
    } else {
      text_ += **more;
    }
    if (auto line = take_line()) co_return count(std::move(line));
  }
}

Task<NextRow> RowReader::wait_piece() {
  auto typed = co_await file_->next_is_row(ctx_.token, arrays_);
  if (!typed) co_return fail(std::move(typed.error()));
  if (*typed) {
    auto row = co_await file_->read_row(ctx_.token);
    co_return row ? count(std::move(*row)) : std::move(row);
  }
  auto bytes = co_await file_->read_some(kReadSize, ctx_.token);
  if (!bytes) co_return fail(std::move(bytes.error()));
  if (!*bytes) co_return std::optional<Row>{};
  co_return Row{Value(std::move(**bytes)), false};
}

ValueTask<Result<void>> RowWriter::put(Row row) {
  if (row.typed && ctx_.out().takes_rows()) {
    if (!text_.empty()) return flush_then_row(std::move(row));
    return ctx_.out().write_row(std::move(row), ctx_.token);
  }
  scheduler::append_row_line(text_, row);
  if (text_.size() < kGatherSize) return Result<void>{};
  return flush();
}

ValueTask<Result<void>> RowWriter::put_text(std::string_view bytes) {
  text_ += bytes;
  if (text_.size() < kGatherSize) return Result<void>{};
  return flush();
}

ValueTask<Result<void>> RowWriter::flush() {
  if (text_.empty()) return Result<void>{};
  return wait_flush();
}

Task<Result<void>> RowWriter::wait_flush() {
  const std::string text = std::exchange(text_, {});
  co_return co_await ctx_.out().write(text, ctx_.token);
}

Task<Result<void>> RowWriter::flush_then_row(Row row) {
  if (auto written = co_await wait_flush(); !written) co_return written;
  co_return co_await ctx_.out().write_row(std::move(row), ctx_.token);
}

Task<Result<void>> ReportWriter::end() {
  if (as_array_) {
    if (auto written = co_await out_.put(array_.end()); !written) co_return written;
  }
  co_return co_await out_.flush();
}

}  // namespace weir::builtins
