#include "scheduler/collector.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "scheduler/kernel_file.h"

namespace weir::scheduler {

namespace {

constexpr size_t kPumpChunk = 64 * 1024;

/// Where the bytes of a collector go. Without waiting where it can.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual ValueTask<Result<void>> bytes(std::string_view text, const CancelToken& token) = 0;
  virtual void row(const Value&) {}
};

/// The part that all collectors share: direct writes go to the sink; once a child
/// has a descriptor, everything goes through one kernel pipe and a pump.
class PumpedCollector : public CaptureFile {
 public:
  PumpedCollector(Loop& loop, std::unique_ptr<Sink> sink)
      : loop_(loop), sink_(std::move(sink)), pump_(loop) {}

  ValueTask<Result<void>> write(std::string_view text, const CancelToken& token) override {
    if (writer_) return writer_->write(text, token);
    return sink_->bytes(text, token);
  }

  ValueTask<Result<void>> write_row(Value row, const CancelToken& token) override {
    if (writer_) return writer_->write_row(std::move(row), token);
    std::string line;
    line.reserve(64);  // on the heap: the bytes stay when the string moves
    append_row_line(line, row);
    auto writing = sink_->bytes(line, token);
    sink_->row(row);
    if (writing.ready()) return writing.take();
    return keep(std::move(line), writing.task());
  }

  Result<int> descriptor() override {
    if (!writer_) {
      int ends[2];
      if (::pipe2(ends, O_CLOEXEC) != 0) {
        return fail(Error::from_errno(errno, "cannot make a pipe for the output"));
      }
      reader_ = make_kernel_file(loop_, UniqueFd(ends[0]));
      writer_ = make_kernel_file(loop_, UniqueFd(ends[1]));
      pump_.start(run_pump(reader_, stop_.token()));
    }
    return writer_->descriptor();
  }

  Task<void> finish(bool until_end, CancelToken token) override {
    if (!writer_) co_return;
    writer_.reset();
    // What is in the pipe now is taken in any case: the pump stops only when it would wait.
    if (!until_end) stop_.cancel();
    loop::CancelCallback on_cancel(token, [this] { stop_.cancel(); });
    co_await pump_.join();
    reader_.reset();
  }

  std::string take_bytes() override { return {}; }
  std::vector<Value> take_rows() override { return {}; }

 protected:
  Sink& sink() { return *sink_; }

 private:
  static Task<Result<void>> keep([[maybe_unused]] std::string line, Task<Result<void>> writing) {
    co_return co_await std::move(writing);
  }

  /// Ends at the end of the stream, when the sink fails (then the pipe breaks for
  /// the writers), or when it would wait although it was told to stop.
  Task<void> run_pump(OpenFilePtr reader, CancelToken stop) {
    for (;;) {
      auto chunk = co_await reader->read_some(kPumpChunk, stop);
      if (!chunk || !*chunk) break;
      const std::string bytes = std::move(**chunk);
      auto done = co_await sink_->bytes(bytes, {});
      if (!done) break;
    }
    reader_.reset();
  }

  Loop& loop_;
  std::unique_ptr<Sink> sink_;
  OpenFilePtr reader_;
  OpenFilePtr writer_;
  loop::CancelSource stop_;
  loop::TaskGroup pump_;
};

class CaptureSink : public Sink {
 public:
  ValueTask<Result<void>> bytes(std::string_view chunk, const CancelToken&) override {
    text += chunk;
    ++writes;
    return Result<void>{};
  }
  void row(const Value& value) override { rows.push_back(value); }

  std::string text;
  std::vector<Value> rows;
  size_t writes = 0;  // of bytes, those of rows among them
};

class Capture : public PumpedCollector {
 public:
  explicit Capture(Loop& loop) : PumpedCollector(loop, std::make_unique<CaptureSink>()) {}
  std::string take_bytes() override { return std::move(mine().text); }
  std::vector<Value> take_rows() override {
    CaptureSink& sink = mine();
    if (sink.rows.size() != sink.writes) return {};
    return std::move(sink.rows);
  }

 private:
  CaptureSink& mine() { return static_cast<CaptureSink&>(sink()); }
};

class StreamSink : public Sink {
 public:
  explicit StreamSink(std::shared_ptr<BoundedStream> stream) : stream_(std::move(stream)) {}
  ValueTask<Result<void>> bytes(std::string_view chunk, const CancelToken&) override {
    stream_->append(chunk);
    return Result<void>{};
  }

 private:
  std::shared_ptr<BoundedStream> stream_;  // shared: the job or worker it belongs to
};

class TeeSink : public Sink {
 public:
  TeeSink(std::shared_ptr<BoundedStream> stream, OpenFilePtr pass_on)
      : stream_(std::move(stream)), pass_on_(std::move(pass_on)) {}
  ValueTask<Result<void>> bytes(std::string_view chunk, const CancelToken& token) override {
    stream_->append(chunk);
    return pass_on_->write(chunk, token);
  }

 private:
  std::shared_ptr<BoundedStream> stream_;  // shared: the job it belongs to
  OpenFilePtr pass_on_;
};

}  // namespace

std::shared_ptr<CaptureFile> make_capture(Loop& loop) { return std::make_shared<Capture>(loop); }

std::shared_ptr<Collector> make_stream_file(Loop& loop, std::shared_ptr<BoundedStream> stream) {
  return std::make_shared<PumpedCollector>(loop, std::make_unique<StreamSink>(std::move(stream)));
}

std::shared_ptr<Collector> make_tee_file(Loop& loop, std::shared_ptr<BoundedStream> stream,
                                         OpenFilePtr pass_on) {
  return std::make_shared<PumpedCollector>(
      loop, std::make_unique<TeeSink>(std::move(stream), std::move(pass_on)));
}

}  // namespace weir::scheduler
