#include "kernel/scatter_items.h"

namespace weir::kernel {

namespace {

constexpr size_t kChunk = 64 * 1024;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

}  // namespace

std::optional<Value> ItemReader::take_line() {
  while (from_ < text_.size()) {
    const size_t end = text_.find('\n', from_);
    if (end == std::string::npos) return std::nullopt;
    const std::string_view line = std::string_view(text_).substr(from_, end - from_);
    from_ = end + 1;
    if (!is_blank(line)) return Value(line);
  }
  return std::nullopt;
}

/// The last line where no newline ends it.
std::optional<Value> ItemReader::take_rest() {
  std::string line = text_.substr(from_);
  text_.clear();
  from_ = 0;
  if (is_blank(line)) return std::nullopt;
  return Value(std::move(line));
}

namespace {

scheduler::RowResult item_of(scheduler::NextRow row) {
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::optional<Value>();
  return std::move((*row)->value);
}

loop::Task<scheduler::RowResult> wait_for_item(loop::Task<scheduler::NextRow> reading) {
  co_return item_of(co_await std::move(reading));
}

}  // namespace

loop::ValueTask<scheduler::RowResult> ItemReader::next(const loop::CancelToken& token) {
  if (auto line = take_line()) return scheduler::RowResult(std::move(line));
  if (from_ < text_.size() || !file_) return wait_next(token);
  auto kind = file_->next_is_row(token);
  if (!kind.ready()) return wait_next(token);
  auto is_row = kind.take();
  if (!is_row || !*is_row) return wait_next(token);
  auto reading = file_->read_row(token);
  if (reading.ready()) return item_of(reading.take());
  return wait_for_item(reading.task());
}

loop::Task<scheduler::RowResult> ItemReader::wait_next(loop::CancelToken token) {
  for (;;) {
    if (auto line = take_line()) co_return std::move(line);
    if (!file_) co_return std::optional<Value>();
    auto is_row = co_await file_->next_is_row(token);
    if (!is_row) co_return fail(std::move(is_row.error()));
    if (*is_row) {
      if (auto rest = take_rest()) co_return std::move(rest);
      co_return item_of(co_await file_->read_row(token));
    }
    auto bytes = co_await file_->read_some(kChunk, token);
    if (!bytes) co_return fail(std::move(bytes.error()));
    if (!*bytes) co_return take_rest();
    text_.erase(0, from_);
    from_ = 0;
    text_ += **bytes;
  }
}

}  // namespace weir::kernel
