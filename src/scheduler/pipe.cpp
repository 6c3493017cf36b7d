#include "scheduler/pipe.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <thread>

#include "scheduler/kernel_file.h"
#include "scheduler/pipe_queue.h"

namespace weir::scheduler {

namespace {

class PipeReader;
class PipeWriter;

/// What did not fit into the kernel pipe (a row larger than the system's limit
/// for pipes, or a user with many of them): a thread writes it while the loop
/// goes on, and the writer waits for its turn. Shared: the writer and the thread.
struct Overflow {
  std::string bytes;
  UniqueFd writer;  // keeps the end of the stream away until all is written
  UniqueFd done;    // an eventfd
};

void write_overflow(const std::shared_ptr<Overflow>& overflow) {
  std::string_view rest = overflow->bytes;
  while (!rest.empty()) {
    const ssize_t n = ::write(overflow->writer.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;  // nobody reads: the writer will hear of it
    rest.remove_prefix(static_cast<size_t>(n));
  }
  overflow->writer.reset();
  const uint64_t one = 1;
  [[maybe_unused]] auto n = ::write(overflow->done.get(), &one, sizeof one);
}

/// Shared by the two ends. An end that is gone is a null pointer.
struct PipeCore {
  explicit PipeCore(Loop& l) : loop(l), readable(l), writable(l) {}

  Result<void> materialize();
  Result<std::shared_ptr<Overflow>> fill(int fd);
  void wake_reader() {
    if (readable.has_waiters()) readable.pulse();
  }
  /// A writer that waits is called when half is free: not for each line that is taken.
  void wake_writer() {
    if (writable.has_waiters() && queue.size() <= kPipeBufferSize / 2) writable.pulse();
  }

  Loop& loop;
  PipeQueue queue;
  PipeReader* reader = nullptr;
  PipeWriter* writer = nullptr;
  loop::Event readable;
  loop::Event writable;
};
using PipeCorePtr = std::shared_ptr<PipeCore>;  // shared: the two ends

class PipeWriter : public OpenFile {
 public:
  explicit PipeWriter(PipeCorePtr core) : core_(std::move(core)) { core_->writer = this; }
  ~PipeWriter() override {
    core_->writer = nullptr;
    core_->wake_reader();
  }

  ValueTask<Result<void>> write(std::string_view bytes, const CancelToken& token) override;
  ValueTask<Result<void>> write_row(Value row, const CancelToken& token) override {
    return write_row_as(std::move(row), {}, token);
  }
  ValueTask<Result<void>> write_row_as(Value row, std::string line,
                                       const CancelToken& token) override;
  bool takes_rows() const override { return kernel_ == nullptr; }
  Result<int> descriptor() override;

  void become_kernel_file(OpenFilePtr file, std::shared_ptr<Overflow> overflow) {
    kernel_ = std::move(file);
    overflow_ = std::move(overflow);
  }

 private:
  enum class Put : uint8_t { done, full, broken, kernel };
  Put put(std::string_view& bytes);
  Put put_row(Value& row, std::string& line);
  Task<Result<void>> finish_write(std::string_view rest, CancelToken token);
  Task<Result<void>> finish_row(Value row, std::string line, CancelToken token);
  ValueTask<Result<void>> write_kernel_row(Value row, std::string line, const CancelToken& token);
  Task<Result<void>> wait_for_overflow(CancelToken token);

  PipeCorePtr core_;
  OpenFilePtr kernel_;  // once materialized
  std::shared_ptr<Overflow> overflow_;
};

class PipeReader : public OpenFile {
 public:
  explicit PipeReader(PipeCorePtr core) : core_(std::move(core)) { core_->reader = this; }
  ~PipeReader() override {
    core_->reader = nullptr;
    core_->queue.clear();
    core_->writable.pulse();
  }

  ValueTask<ReadResult> read_some(size_t max, const CancelToken& token) override;
  ValueTask<ReadResult> read_line(char delimiter, const CancelToken& token) override;
  ValueTask<RowResult> read_row(const CancelToken& token) override;
  ValueTask<Result<bool>> next_is_row(const CancelToken& token) override;
  Result<int> descriptor() override;

  void become_kernel_file(OpenFilePtr file) { kernel_ = std::move(file); }

 private:
  /// Of what the pipe in memory holds.
  bool at_end() const { return !kernel_ && core_->queue.empty() && core_->writer == nullptr; }
  Task<ReadResult> finish_some(size_t max, CancelToken token);
  Task<Result<bool>> wait_for_next(CancelToken token);
  std::optional<ReadResult> try_line(char delimiter, std::string& line);
  Task<ReadResult> finish_line(std::string line, char delimiter, CancelToken token);
  std::optional<RowResult> try_row(std::string& line);
  Task<RowResult> finish_row(std::string line, CancelToken token);
  Task<ReadResult> rest_of_line(std::string line, char delimiter, CancelToken token);

  PipeCorePtr core_;
  OpenFilePtr kernel_;  // once materialized
  bool tells_rows_apart_ = false;  // by next_is_row: its lines end where a row begins
};

Error broken_pipe() { return Error::from_errno(EPIPE, "write error"); }

// ---- becoming a kernel pipe ------------------------------------------------------

/// Moves what is buffered into the fresh pipe, as far as it fits without waiting.
Result<std::shared_ptr<Overflow>> PipeCore::fill(int fd) {
  std::string text = queue.text();
  if (text.empty()) return nullptr;
  int capacity = ::fcntl(fd, F_GETPIPE_SZ);
  if (capacity > 0 && static_cast<size_t>(capacity) < text.size() && text.size() <= INT_MAX) {
    const int larger = ::fcntl(fd, F_SETPIPE_SZ, static_cast<int>(text.size()));
    if (larger > 0) capacity = larger;
  }
  const size_t fits = std::min(text.size(), static_cast<size_t>(std::max(capacity, 0)));
  size_t written = 0;
  while (written < fits) {
    const ssize_t n = ::write(fd, text.data() + written, fits - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Error::from_errno(errno, "cannot fill a pipe"));
    written += static_cast<size_t>(n);
  }
  if (written == text.size()) return nullptr;

  auto overflow = std::make_shared<Overflow>();
  overflow->bytes = text.substr(written);
  overflow->writer.reset(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  overflow->done.reset(::eventfd(0, EFD_CLOEXEC));
  if (!overflow->writer || !overflow->done) {
    return fail(Error::from_errno(errno, "cannot fill a pipe"));
  }
  return overflow;
}

void start_overflow(std::shared_ptr<Overflow> overflow) {
  sigset_t all, before;  // signals are for the loop's thread
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([overflow = std::move(overflow)] { write_overflow(overflow); }).detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Result<void> PipeCore::materialize() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "cannot make a pipe"));
  UniqueFd reading(ends[0]), writing(ends[1]);
  std::shared_ptr<Overflow> overflow;
  if (reader) {
    auto filled = fill(writing.get());
    if (!filled) return fail(std::move(filled.error()));
    overflow = std::move(*filled);
    if (overflow) start_overflow(overflow);
  }
  queue.clear();
  // Each end keeps its own side alone, so the end of the stream and a broken
  // pipe come exactly when the last holder of a side goes.
  if (reader) reader->become_kernel_file(make_kernel_file(loop, std::move(reading)));
  if (writer) {
    writer->become_kernel_file(make_kernel_file(loop, std::move(writing)), std::move(overflow));
  }
  readable.pulse();
  writable.pulse();
  return {};
}

Result<int> PipeWriter::descriptor() {
  if (!kernel_) {
    auto made = core_->materialize();
    if (!made) return fail(std::move(made.error()));
  }
  return kernel_->descriptor();
}

Result<int> PipeReader::descriptor() {
  if (!kernel_) {
    auto made = core_->materialize();
    if (!made) return fail(std::move(made.error()));
  }
  return kernel_->descriptor();
}

// ---- writing -------------------------------------------------------------------

/// As in a kernel pipe, up to PIPE_BUF bytes go together.
PipeWriter::Put PipeWriter::put(std::string_view& bytes) {
  if (kernel_) return Put::kernel;
  if (core_->reader == nullptr) return Put::broken;
  const size_t used = core_->queue.size();
  const size_t room = used < kPipeBufferSize ? kPipeBufferSize - used : 0;
  if (room < (bytes.size() <= PIPE_BUF ? bytes.size() : 1)) return Put::full;
  const size_t count = std::min(room, bytes.size());
  core_->queue.push(bytes.substr(0, count));
  bytes.remove_prefix(count);
  core_->wake_reader();
  return bytes.empty() ? Put::done : Put::full;
}

/// A row goes in whole, whatever its size, once there is any room.
PipeWriter::Put PipeWriter::put_row(Value& row, std::string& line) {
  if (kernel_) return Put::kernel;
  if (core_->reader == nullptr) return Put::broken;
  if (core_->queue.size() >= kPipeBufferSize) return Put::full;
  core_->queue.push(std::move(row), std::move(line));
  core_->wake_reader();
  return Put::done;
}

ValueTask<Result<void>> PipeWriter::write(std::string_view bytes, const CancelToken& token) {
  if (bytes.empty()) return Result<void>{};
  const Put state = put(bytes);
  if (state == Put::done) return Result<void>{};
  if (state == Put::broken) return Result<void>(fail(broken_pipe()));
  if (state == Put::kernel && !overflow_) return kernel_->write(bytes, token);
  return finish_write(bytes, token);
}

Task<Result<void>> PipeWriter::finish_write(std::string_view rest, CancelToken token) {
  for (;;) {
    const Put state = put(rest);
    if (state == Put::done) co_return Result<void>{};
    if (state == Put::broken) co_return fail(broken_pipe());
    if (state == Put::kernel) break;
    auto room = co_await core_->writable.wait(token);
    if (!room) co_return fail(std::move(room.error()));
  }
  auto turn = co_await wait_for_overflow(token);
  if (!turn) co_return fail(std::move(turn.error()));
  co_return co_await kernel_->write(rest, token);
}

/// An empty `line` stands for the usual one.
ValueTask<Result<void>> PipeWriter::write_row_as(Value row, std::string line,
                                                 const CancelToken& token) {
  const Put state = put_row(row, line);
  if (state == Put::done) return Result<void>{};
  if (state == Put::broken) return Result<void>(fail(broken_pipe()));
  if (state == Put::kernel && !overflow_) {
    return write_kernel_row(std::move(row), std::move(line), token);
  }
  return finish_row(std::move(row), std::move(line), token);
}

Task<Result<void>> PipeWriter::finish_row(Value row, std::string line, CancelToken token) {
  for (;;) {
    const Put state = put_row(row, line);
    if (state == Put::done) co_return Result<void>{};
    if (state == Put::broken) co_return fail(broken_pipe());
    if (state == Put::kernel) break;
    auto room = co_await core_->writable.wait(token);
    if (!room) co_return fail(std::move(room.error()));
  }
  auto turn = co_await wait_for_overflow(token);
  if (!turn) co_return fail(std::move(turn.error()));
  co_return co_await write_kernel_row(std::move(row), std::move(line), token);
}

ValueTask<Result<void>> PipeWriter::write_kernel_row(Value row, std::string line,
                                                     const CancelToken& token) {
  if (line.empty()) return kernel_->write_row(std::move(row), token);
  return kernel_->write_row_as(std::move(row), std::move(line), token);
}

Task<Result<void>> PipeWriter::wait_for_overflow(CancelToken token) {
  if (!overflow_) co_return Result<void>{};
  const auto overflow = overflow_;
  // A descriptor of its own: several writers may wait.
  const UniqueFd done(::fcntl(overflow->done.get(), F_DUPFD_CLOEXEC, 0));
  if (!done) co_return fail(Error::from_errno(errno, "write error"));
  loop::FdPoller poller(core_->loop, done.get());
  auto ready = co_await poller.readable(std::move(token));
  if (ready) overflow_.reset();
  co_return ready;
}

// ---- reading -------------------------------------------------------------------

ValueTask<ReadResult> PipeReader::read_some(size_t max, const CancelToken& token) {
  if (kernel_ && core_->queue.empty()) return kernel_->read_some(max, token);
  if (max == 0) return ReadResult(std::string());
  if (at_end()) return ReadResult(std::nullopt);
  if (core_->queue.empty()) return finish_some(max, token);
  ReadResult bytes = core_->queue.pop_bytes(max);
  core_->wake_writer();
  return bytes;
}

Task<ReadResult> PipeReader::finish_some(size_t max, CancelToken token) {
  while (!kernel_ && core_->queue.empty() && !at_end()) {
    auto more = co_await core_->readable.wait(token);
    if (!more) co_return fail(std::move(more.error()));
  }
  co_return co_await read_some(max, token);
}

/// Adds what is there to `line`; nothing when it must wait for more.
std::optional<ReadResult> PipeReader::try_line(char delimiter, std::string& line) {
  PipeQueue& queue = core_->queue;
  const bool stop_at_row = tells_rows_apart_ && !(queue.front_is_row() && line.empty());
  const bool complete =
      queue.pop_line(delimiter, stop_at_row, line) || (stop_at_row && queue.front_is_row());
  core_->wake_writer();
  if (!complete && !at_end()) return std::nullopt;
  if (!complete && line.empty()) return ReadResult(std::nullopt);
  return ReadResult(std::move(line));
}

ValueTask<ReadResult> PipeReader::read_line(char delimiter, const CancelToken& token) {
  if (kernel_ && core_->queue.empty()) return kernel_->read_line(delimiter, token);
  std::string line;
  if (auto result = try_line(delimiter, line)) return std::move(*result);
  if (kernel_) return rest_of_line(std::move(line), delimiter, token);
  return finish_line(std::move(line), delimiter, token);
}

Task<ReadResult> PipeReader::finish_line(std::string line, char delimiter, CancelToken token) {
  for (;;) {
    auto more = co_await core_->readable.wait(token);
    if (!more) {
      core_->queue.put_back(std::move(line));
      co_return fail(std::move(more.error()));
    }
    if (kernel_) co_return co_await rest_of_line(std::move(line), delimiter, token);
    if (auto result = try_line(delimiter, line)) co_return std::move(*result);
  }
}

/// The pipe became one of the kernel while a line was half read.
Task<ReadResult> PipeReader::rest_of_line(std::string line, char delimiter, CancelToken token) {
  auto rest = co_await kernel_->read_line(delimiter, token);
  if (!rest) {
    core_->queue.put_back(std::move(line));
    co_return fail(std::move(rest.error()));
  }
  if (*rest) line += **rest;
  if (line.empty()) co_return std::optional<std::string>{};
  co_return std::optional<std::string>(std::move(line));
}

/// A typed row, or the bytes in front of it as a line.
std::optional<RowResult> PipeReader::try_row(std::string& line) {
  PipeQueue& queue = core_->queue;
  if (queue.front_is_row() && line.empty()) {
    Value row = queue.pop_row();
    core_->wake_writer();
    return RowResult(std::move(row));
  }
  const bool complete = queue.pop_line('\n', true, line) || queue.front_is_row();
  core_->wake_writer();
  if (!complete && !at_end()) return std::nullopt;
  if (!complete && line.empty()) return RowResult(std::nullopt);
  return line_to_row(ReadResult(std::move(line)));
}

ValueTask<RowResult> PipeReader::read_row(const CancelToken& token) {
  if (kernel_ && core_->queue.empty()) return kernel_->read_row(token);
  std::string line;
  if (auto result = try_row(line)) return std::move(*result);
  return finish_row(std::move(line), token);
}

Task<RowResult> PipeReader::finish_row(std::string line, CancelToken token) {
  for (;;) {
    if (kernel_) co_return line_to_row(co_await rest_of_line(std::move(line), '\n', token));
    auto more = co_await core_->readable.wait(token);
    if (!more) {
      core_->queue.put_back(std::move(line));
      co_return fail(std::move(more.error()));
    }
    if (kernel_) continue;
    if (auto result = try_row(line)) co_return std::move(*result);
  }
}

ValueTask<Result<bool>> PipeReader::next_is_row(const CancelToken& token) {
  tells_rows_apart_ = true;
  if (kernel_) return Result<bool>(false);
  if (core_->queue.empty() && !at_end()) return wait_for_next(token);
  return Result<bool>(core_->queue.front_is_row());
}

Task<Result<bool>> PipeReader::wait_for_next(CancelToken token) {
  while (!kernel_ && core_->queue.empty() && !at_end()) {
    auto more = co_await core_->readable.wait(token);
    if (!more) co_return fail(std::move(more.error()));
  }
  co_return core_->queue.front_is_row();
}

// ---- /dev/null without a descriptor ----------------------------------------------

class NullFile : public OpenFile {
 public:
  ValueTask<Result<void>> write(std::string_view, const CancelToken&) override {
    return Result<void>{};
  }
  ValueTask<Result<void>> write_row(Value, const CancelToken&) override { return Result<void>{}; }
  ValueTask<ReadResult> read_some(size_t, const CancelToken&) override {
    return ReadResult(std::nullopt);
  }
  ValueTask<ReadResult> read_line(char, const CancelToken&) override {
    return ReadResult(std::nullopt);
  }
  Result<int> descriptor() override {
    if (!fd_) fd_.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!fd_) return fail(Error::from_errno(errno, "/dev/null"));
    return fd_.get();
  }

 private:
  UniqueFd fd_;
};

}  // namespace

PipeEnds make_pipe(Loop& loop) {
  auto core = std::make_shared<PipeCore>(loop);
  return {std::make_shared<PipeReader>(core), std::make_shared<PipeWriter>(core)};
}

OpenFilePtr make_null_file(Loop&) { return std::make_shared<NullFile>(); }

}  // namespace weir::scheduler
