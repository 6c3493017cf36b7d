#include "scheduler/collector.h"

#include <fcntl.h>

#include <cerrno>

#include "scheduler/intake.h"

namespace weir::scheduler {

namespace {

/// What all collectors share: their own bytes go straight to take(), until a
/// descriptor is asked for; from then on everything goes through the intake.
template <class Base>
class PipedCollector : public Base {
 public:
  explicit PipedCollector(Loop& loop) : loop_(loop) {}

  ValueTask<Result<void>> write(std::string_view bytes, const CancelToken& token) final {
    if (intake_) return intake_->writer().write(bytes, token);
    return take(bytes, token);
  }

  Result<int> descriptor() final {
    if (!intake_) {
      auto opened = Intake::open(loop_, [this](std::string_view bytes, const CancelToken& token) {
        return take(bytes, token);
      });
      if (!opened) return fail(std::move(opened.error()));
      intake_ = std::move(*opened);
    }
    return intake_->writer().descriptor();
  }

  Task<void> finish(bool until_end, CancelToken token) final {
    if (intake_) co_await intake_->finish(until_end, std::move(token));
    intake_.reset();
  }

 protected:
  virtual ValueTask<Result<void>> take(std::string_view bytes, const CancelToken& token) = 0;
  bool is_piped() const { return intake_ != nullptr; }
  UniqueFd duplicate_reader() const { return intake_->duplicate_reader(); }
  /// What children have written so far. REQUIRES: take() does not wait.
  void take_now() {
    if (intake_) intake_->take_now();
  }

 private:
  Loop& loop_;
  std::unique_ptr<Intake> intake_;
};

class Capture final : public PipedCollector<CaptureFile> {
 public:
  using PipedCollector::PipedCollector;

  ValueTask<Result<void>> write_row(Row row, const CancelToken& token) override {
    if (!rows_only()) return OpenFile::write_row(std::move(row), token);
    rows_.push_back(std::move(row));
    return Result<void>{};
  }

  std::string take_bytes() override {
    rows_become_text();
    return std::move(bytes_);
  }
  std::vector<Value> take_rows() override {
    std::vector<Value> values;
    values.reserve(rows_.size());
    List array;
    for (const Row& row : rows_) {
      if (row.part == ArrayPart::none)
        values.push_back(value_of(row));
      else if (row.part == ArrayPart::element)
        array.push_back(row.value);
      else
        values.emplace_back(std::exchange(array, {}));
    }
    // An array that has not ended is none yet.
    return array.empty() ? values : std::vector<Value>{};
  }
  void clear_rows() override {
    take_now();
    rows_become_text();
    rows_only_ = true;
  }

 protected:
  ValueTask<Result<void>> take(std::string_view bytes, const CancelToken&) override {
    if (bytes.empty()) return Result<void>{};
    rows_become_text();
    rows_only_ = false;
    bytes_ += bytes;
    return Result<void>{};
  }

 private:
  /// A number that was written in another way than it prints is that text (D14).
  static Value value_of(const Row& row) {
    if (!row.value.is_number() || row.line.empty()) return row.value;
    return Value::from_bareword(std::string_view(row.line).substr(0, row.line.size() - 1));
  }

  /// Children may have written before: their bytes come first, and count.
  bool rows_only() {
    take_now();
    return rows_only_;
  }
  void rows_become_text() {
    for (const Row& row : rows_) append_row_line(bytes_, row);
    rows_.clear();
  }

  std::string bytes_;
  std::vector<Row> rows_;   // behind bytes_, not in it yet
  bool rows_only_ = true;   // since the last clear_rows()
};

class StreamFile final : public PipedCollector<Collector> {
 public:
  StreamFile(Loop& loop, std::shared_ptr<BoundedStream> stream)
      : PipedCollector(loop), stream_(std::move(stream)) {}

  bool takes_rows() const override { return false; }

 protected:
  ValueTask<Result<void>> take(std::string_view bytes, const CancelToken&) override {
    stream_->append(bytes);
    return Result<void>{};
  }

 private:
  std::shared_ptr<BoundedStream> stream_;  // shared: who reads it
};

class KeptFile final : public PipedCollector<Collector> {
 public:
  KeptFile(Loop& loop, KeptOutput output) : PipedCollector(loop), output_(std::move(output)) {}

  bool takes_rows() const override { return false; }

 protected:
  ValueTask<Result<void>> take(std::string_view bytes, const CancelToken&) override {
    output_.append(bytes);
    return Result<void>{};
  }

 private:
  KeptOutput output_;
};

class TeeFile final : public PipedCollector<Collector> {
 public:
  TeeFile(Loop& loop, std::shared_ptr<BoundedStream> stream, OpenFilePtr pass_on)
      : PipedCollector(loop), stream_(std::move(stream)), pass_on_(std::move(pass_on)) {}

  ValueTask<Result<void>> write_row(Row row, const CancelToken& token) override {
    if (!takes_rows()) return OpenFile::write_row(std::move(row), token);
    std::string line;
    append_row_line(line, row);
    stream_->append(line);
    return pass_on_->write_row(std::move(row), token);
  }
  bool takes_rows() const override { return !is_piped() && pass_on_->takes_rows(); }
  bool reader_is_gone() override { return pass_on_->reader_is_gone(); }

  void pass_on_to(OpenFilePtr file) override {
    before_.push_back(std::exchange(pass_on_, std::move(file)));
  }
  bool fills(const BoundedStream& stream) const override { return &stream == stream_.get(); }

  bool add_route(std::vector<RelayRoute>& routes) override {
    if (!is_piped()) return true;
    if (pass_on_->takes_rows()) return false;
    const auto to = pass_on_->descriptor();
    RelayRoute route{duplicate_reader(), UniqueFd(to ? ::fcntl(*to, F_DUPFD_CLOEXEC, 3) : -1)};
    if (!route.to) return false;
    if (route.from) routes.push_back(std::move(route));  // else nobody reads on
    return true;
  }

 protected:
  ValueTask<Result<void>> take(std::string_view bytes, const CancelToken& token) override {
    stream_->append(bytes);
    auto step = pass_on_->write(bytes, token);
    if (!pass_on_->is_terminal()) return step;
    if (!step.ready()) return finish_take(std::move(step));
    return but_hung_up(step.take());
  }

 private:
  static Result<void> but_hung_up(Result<void> written) {
    if (!written && written.error().sys == EIO) return {};
    return written;
  }
  static Task<Result<void>> finish_take(ValueTask<Result<void>> step) {
    co_return but_hung_up(co_await std::move(step));
  }

  std::shared_ptr<BoundedStream> stream_;  // shared: who reads it
  OpenFilePtr pass_on_;
  std::vector<OpenFilePtr> before_;  // writes may be under way
};

}  // namespace

std::shared_ptr<CaptureFile> make_capture(Loop& loop) { return std::make_shared<Capture>(loop); }

std::shared_ptr<Collector> make_stream_file(Loop& loop, std::shared_ptr<BoundedStream> stream) {
  return std::make_shared<StreamFile>(loop, std::move(stream));
}

std::shared_ptr<Collector> make_kept_file(Loop& loop, KeptOutput output) {
  return std::make_shared<KeptFile>(loop, std::move(output));
}

std::shared_ptr<Collector> make_tee_file(Loop& loop, std::shared_ptr<BoundedStream> stream,
                                         OpenFilePtr pass_on) {
  return std::make_shared<TeeFile>(loop, std::move(stream), std::move(pass_on));
}

}  // namespace weir::scheduler
