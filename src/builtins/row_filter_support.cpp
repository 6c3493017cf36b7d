#include "builtins/row_filter_support.h"

#include <fmt/format.h>

#include <cerrno>

#include "base/text.h"
#include "builtins/tool_support.h"
#include "kernel/shell.h"

namespace weir::builtins {

bool wants_pause(Context& ctx) {
  return ctx.token.cancelled() || (ctx.pause && ctx.pause->is_paused()) ||
         ctx.shell.loop.should_yield();
}

Task<Result<void>> pause_point(Context& ctx) {
  co_await ctx.shell.loop.yield();
  while (ctx.pause && ctx.pause->is_paused() && !ctx.token.cancelled()) {
    (void)co_await ctx.pause->resumed().wait(ctx.token);
  }
  if (ctx.token.cancelled()) co_return fail(cancelled_error());
  if (ctx.out().reader_is_gone()) co_return fail(Error::from_errno(EPIPE, "write error"));
  co_return Result<void>{};
}

Error cancelled_error() { return Error{ErrorKind::cancelled, "cancelled", {}, 0}; }

std::string shortened(const Value& value) {
  constexpr size_t kShown = 60;
  std::string text = value.is_string() ? value.as_string() : value.to_json();
  const bool cut = text.size() > kShown;
  if (cut) text.resize(kShown);
  text = to_valid_utf8(text);
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t') {
      line += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      line += '?';
    } else {
      line += c;
    }
  }
  return cut ? line + "…" : line;
}

std::string describe_row(uint64_t number, const Value& row) {
  return fmt::format("row {} ({})", number, shortened(row));
}

/// Where a filter's sink is emptied into.
class FilterOutput {
 public:
  explicit FilterOutput(Invocation& call) : call_(call), out_(call.ctx) {}

  RowSink& sink() { return sink_; }
  /// Nothing is held back.
  bool empty() const { return out_.empty(); }
  ValueTask<Result<void>> flush() { return out_.flush(); }

  Task<Result<void>> write() {
    for (Row& row : sink_.rows_) {
      if (auto written = co_await out_.put(std::move(row)); !written) co_return written;
    }
    sink_.rows_.clear();
    if (!sink_.text_.empty()) {
      auto written = co_await out_.put_text(sink_.text_);
      sink_.text_.clear();
      if (!written) co_return written;
    }
    if (!sink_.warnings_.empty()) co_return co_await tell();
    co_return Result<void>{};
  }

  Task<Result<void>> finish() {
    if (auto written = co_await write(); !written) co_return written;
    co_return co_await out_.flush();
  }

  /// What was given before the error comes out in front of the message.
  Task<int> refuse(Error error) {
    (void)co_await finish();
    co_return co_await kernel::complain(call_, std::move(error.message));
  }

 private:
  Task<Result<void>> tell() {
    if (auto flushed = co_await out_.flush(); !flushed) co_return flushed;
    for (std::string& message : sink_.warnings_) {
      (void)co_await kernel::complain(call_, std::move(message));
    }
    sink_.warnings_.clear();
    co_return Result<void>{};
  }

  Invocation& call_;
  RowWriter out_;
  RowSink sink_;
};

namespace {

/// Files one after the other. One that cannot be opened is told and passed over.
class Sources {
 public:
  explicit Sources(RowReader only) { reader_.emplace(std::move(only)); }
  explicit Sources(List paths) : paths_(std::move(paths)) {}

  RowReader* current() { return reader_ ? &*reader_ : nullptr; }

  /// Moves to the next file; false when there is none.
  Task<bool> open_next(Invocation& call) {
    reader_.reset();
    while (next_ < paths_.size()) {
      auto file = co_await open_input(call.ctx, paths_[next_++].to_text());
      if (file) {
        reader_.emplace(call.ctx, std::move(*file));
        co_return true;
      }
      code_ = co_await kernel::complain(call, std::move(file.error().message));
    }
    co_return false;
  }
  int code() const { return code_; }

 private:
  std::optional<RowReader> reader_;
  List paths_;
  size_t next_ = 0;
  int code_ = 0;
};

/// A row whose work would hold up everything else in the shell.
bool is_large(const Value& value) {
  constexpr size_t kLargeText = 64 * 1024;
  constexpr size_t kManyMembers = 2000;
  if (value.is_string()) return value.as_string().size() >= kLargeText;
  if (value.is_list()) return value.as_list().size() >= kManyMembers;
  return value.is_record() && value.as_record().size() >= kManyMembers;
}

Task<Result<RowFilter::Next>> take_on_pool(Context& ctx, RowFilter& filter, Row row,
                                           RowSink& sink) {
  Result<RowFilter::Next> next;
  const loop::CancelCallback on_cancel(ctx.token, [&] { filter.stop(); });
  co_await loop::run_on_pool(ctx.shell.loop, [&] { next = filter.take(std::move(row), sink); });
  co_return next;
}

Task<int> run(Invocation call, std::unique_ptr<RowFilter> filter, Sources sources) {
  FilterOutput out(call);
  while (sources.current() || co_await sources.open_next(call)) {
    auto step = sources.current()->next();
    if (!step.ready() && !out.empty()) {
      if (auto flushed = co_await out.flush(); !flushed) {
        co_return co_await kernel::stream_failed(call, std::move(flushed.error()));
      }
    }
    auto row = co_await std::move(step);
    if (!row) {
      (void)co_await out.flush();
      co_return co_await kernel::stream_failed(call, std::move(row.error()));
    }
    if (!*row) {
      if (!co_await sources.open_next(call)) break;
      continue;
    }
    auto next = is_large((*row)->value)
                    ? co_await take_on_pool(call.ctx, *filter, std::move(**row), out.sink())
                    : filter->take(std::move(**row), out.sink());
    if (!next && next.error().kind == ErrorKind::cancelled) {
      co_return co_await kernel::stream_failed(call, std::move(next.error()));
    }
    if (!next) co_return co_await out.refuse(std::move(next.error()));
    if (!out.sink().empty()) {
      if (auto written = co_await out.write(); !written) {
        co_return co_await kernel::stream_failed(call, std::move(written.error()));
      }
    }
    if (*next == RowFilter::Next::stop) break;
    if (wants_pause(call.ctx)) {
      auto go_on = co_await pause_point(call.ctx);
      if (!go_on) co_return co_await kernel::stream_failed(call, std::move(go_on.error()));
    }
  }
  if (auto done = filter->finish(out.sink()); !done) {
    co_return co_await out.refuse(std::move(done.error()));
  }
  auto written = co_await out.finish();
  if (!written) co_return co_await kernel::stream_failed(call, std::move(written.error()));
  co_return sources.code() != 0 ? sources.code() : filter->code();
}

}  // namespace

Task<int> run_filter(Invocation call, std::unique_ptr<RowFilter> filter) {
  Sources in(RowReader(call.ctx, standard_input(call.ctx)));
  return run(std::move(call), std::move(filter), std::move(in));
}

Task<int> run_filter_over_files(Invocation call, std::unique_ptr<RowFilter> filter, List paths) {
  if (paths.empty()) return run_filter(std::move(call), std::move(filter));
  return run(std::move(call), std::move(filter), Sources(std::move(paths)));
}

Task<int> run_filter_over(Invocation call, std::unique_ptr<RowFilter> filter, List rows) {
  Sources in(RowReader(call.ctx, std::move(rows)));
  return run(std::move(call), std::move(filter), std::move(in));
}

}  // namespace weir::builtins
