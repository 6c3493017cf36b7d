#include "kernel/gather_sink.h"

#include <fmt/format.h>

#include <cstring>

#include "base/text.h"

namespace weir::kernel {

namespace {

using loop::CancelToken;
using loop::Task;
using loop::ValueTask;
using scheduler::GatherRow;

constexpr size_t kBatch = 64 * 1024;
constexpr size_t kLabelLength = 60;
constexpr size_t kNamedFailures = 100;

/// Text that is gathered and written in large pieces.
class BatchedText {
 public:
  BatchedText(scheduler::OpenFilePtr file, CancelToken stop)
      : file_(std::move(file)), stop_(std::move(stop)) {}

  std::string& text() { return text_; }
  ValueTask<Result<void>> flush_when_large() {
    if (text_.size() < kBatch) return Result<void>{};
    return flush();
  }
  ValueTask<Result<void>> flush() {
    if (text_.empty()) return Result<void>{};
    return write_out();
  }

 private:
  Task<Result<void>> write_out() {
    const std::string text = std::move(text_);
    text_ = {};
    co_return co_await file_->write(text, stop_);
  }

  scheduler::OpenFilePtr file_;
  CancelToken stop_;
  std::string text_;
};

class RowsSink : public GatherSink {
 public:
  RowsSink(GatherFiles files, CancelToken stop)
      : out_(std::move(files.out)), stop_(std::move(stop)), lines_(out_, stop_) {}

  ValueTask<Result<void>> write(scheduler::Row row) {
    if (out_->takes_rows() && lines_.text().empty()) return out_->write_row(std::move(row), stop_);
    scheduler::append_row_line(lines_.text(), row);
    return lines_.flush_when_large();
  }
  ValueTask<Result<void>> emit(GatherRow row) override { return write(std::move(row).to_value()); }
  ValueTask<Result<void>> flush() override { return lines_.flush(); }
  Task<Result<void>> finish() override { co_return co_await lines_.flush(); }

 private:
  scheduler::OpenFilePtr out_;
  CancelToken stop_;
  BatchedText lines_;
};

/// One array, as the rows come.
class ArraySink : public GatherSink {
 public:
  ArraySink(GatherFiles files, CancelToken stop) : rows_(std::move(files), std::move(stop)) {}

  ValueTask<Result<void>> emit(GatherRow row) override {
    return rows_.write(array_.element(std::move(row).to_value()));
  }
  ValueTask<Result<void>> flush() override { return rows_.flush(); }
  Task<Result<void>> finish() override {
    auto done = co_await rows_.write(array_.end());
    if (!done) co_return done;
    co_return co_await rows_.flush();
  }

 private:
  RowsSink rows_;
  scheduler::ArrayText array_;
};

/// What the workers wrote; where it was not held by HeldOutput it is in the row.
class LinesSink : public GatherSink {
 public:
  LinesSink(GatherFiles files, bool tells_failures, CancelToken stop)
      : files_(std::move(files)),
        tells_failures_(tells_failures),
        stop_(std::move(stop)),
        out_(files_.out, stop_) {}

  ValueTask<Result<void>> emit(GatherRow row) override {
    if (!row.ok() && tells_failures_) note_failure(row);
    if (!row.known.is_null()) {
      append_known(row.known);
    } else {
      out_.text() += row.outcome.out;
    }
    const uint64_t dropped = row.outcome.out_dropped + row.outcome.err_dropped;
    if (row.outcome.err.empty() && dropped == 0) return out_.flush_when_large();
    return emit_errors(std::move(row.outcome.err), row.index, dropped);
  }
  ValueTask<Result<void>> flush() override { return out_.flush(); }
  Task<Result<void>> finish() override {
    auto done = co_await out_.flush();
    if (failed_ == 0) co_return done;
    if (failed_ > kNamedFailures) {
      failures_ += fmt::format("gather: and {} more\n", failed_ - kNamedFailures);
    }
    (void)co_await files_.err->write(failures_, stop_);
    co_return done;
  }

 private:
  void append_known(const Value& row) {
    const Value* out = row.as_record().find("out");
    if (!out) return;
    out->append_text(out_.text());
    if (out_.text().size() > 0 && out_.text().back() != '\n') out_.text() += '\n';
  }
  void note_failure(const GatherRow& row) {
    if (++failed_ > kNamedFailures) return;
    failures_ +=
        fmt::format("gather: item {} {}: {}\n", row.index, item_label(row.item), failure_text(row));
  }
  Task<Result<void>> emit_errors(std::string err, uint64_t index, uint64_t dropped) {
    auto done = co_await out_.flush();
    if (!err.empty()) (void)co_await files_.err->write(err, stop_);
    if (dropped > 0) {
      const std::string line = fmt::format(
          "gather: item {}: the first {} bytes of its output were dropped (scatter --keep)\n",
          index, dropped);
      (void)co_await files_.err->write(line, stop_);
    }
    co_return done;
  }

  GatherFiles files_;
  const bool tells_failures_;
  CancelToken stop_;
  BatchedText out_;
  std::string failures_;
  size_t failed_ = 0;
};

}  // namespace

std::unique_ptr<GatherSink> make_gather_sink(const GatherSettings& settings, GatherFiles files,
                                             bool tells_failures, CancelToken stop) {
  if (settings.lines)
    return std::make_unique<LinesSink>(std::move(files), tells_failures, std::move(stop));
  if (settings.json) return std::make_unique<ArraySink>(std::move(files), std::move(stop));
  return std::make_unique<RowsSink>(std::move(files), std::move(stop));
}

std::string item_label(const Value& item) {
  std::string text;
  if (item.is_record()) {
    for (const char* key : {"id", "name", "host", "path", "file"}) {
      const Value* field = item.as_record().find(key);
      if (!field || !field->is_scalar() || field->is_null()) continue;
      text = field->to_text();
      break;
    }
  }
  if (text.empty()) text = item.to_text();
  text = one_line(to_valid_utf8(text));
  if (count_code_points(text) <= kLabelLength) return text;
  return std::string(slice_code_points(text, 0, kLabelLength - 1)) + "…";
}

std::string failure_text(const GatherRow& row) {
  if (!row.skipped.empty()) return fmt::format("skipped, {} failed", row.skipped);
  if (row.timed_out) return "timed out";
  constexpr int kLastSignal = 64;
  const int signal = row.outcome.code - 128;
  if (signal > 0 && signal <= kLastSignal) {
    if (const char* name = ::sigabbrev_np(signal)) return fmt::format("killed {}", name);
    return fmt::format("killed by signal {}", signal);
  }
  return fmt::format("exit {}", row.outcome.code);
}

}  // namespace weir::kernel
