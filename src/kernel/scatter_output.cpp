#include "kernel/scatter_output.h"

namespace weir::kernel {

using loop::CancelToken;
using loop::Task;
using loop::ValueTask;

void WorkerOutput::become_stream() {
  if (stream_) return;
  stream_ = std::make_shared<scheduler::BoundedStream>(loop_, keep_);
  stream_->append(text_);
  text_ = {};
}

void WorkerOutput::append(std::string_view bytes) {
  if (!stream_ && text_.size() + bytes.size() > keep_) become_stream();
  if (stream_)
    stream_->append(bytes);
  else
    text_ += bytes;
}

ValueTask<Result<void>> WorkerOutput::write(std::string_view bytes, const CancelToken& token) {
  if (bytes.empty()) return Result<void>{};
  only_rows_ = false;
  rows_ = {};
  if (file_) return file_->write(bytes, token);
  append(bytes);
  return Result<void>{};
}

ValueTask<Result<void>> WorkerOutput::write_row(scheduler::Row row, const CancelToken& token) {
  if (file_) return file_->write_row(std::move(row), token);
  std::string line;
  scheduler::append_row_line(line, row);
  append(line);
  // Rows whose text is not whole are not kept either.
  if (stream_) only_rows_ = false;
  if (!only_rows_)
    rows_ = {};
  else if (row.part != scheduler::ArrayPart::end)
    rows_.push_back(std::move(row.value));
  return Result<void>{};
}

Result<int> WorkerOutput::descriptor() {
  if (!file_) {
    become_stream();
    only_rows_ = false;
    rows_ = {};
    file_ = scheduler::make_stream_file(loop_, stream_);
  }
  return file_->descriptor();
}

Task<void> WorkerOutput::finish() { return file_->finish(false, {}); }

std::string WorkerOutput::tail() const {
  constexpr size_t kTail = 1024;
  if (!stream_) return text_.substr(text_.size() - std::min(text_.size(), kTail));
  const uint64_t written = stream_->stats().written;
  return stream_->read(written - std::min<uint64_t>(written, kTail), kTail).bytes;
}

uint64_t WorkerOutput::dropped() const { return stream_ ? stream_->stats().dropped : 0; }

std::string WorkerOutput::take_text() { return stream_ ? stream_->text() : std::move(text_); }

std::optional<Value> WorkerOutput::take_data() {
  if (!only_rows_ || rows_.empty()) return std::nullopt;
  if (rows_.size() == 1) return std::move(rows_.front());
  return Value(std::move(rows_));
}

}  // namespace weir::kernel
