#include "scheduler/pipe.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <vector>

#include "scheduler/kernel_file.h"
#include "scheduler/pipe_feeder.h"
#include "scheduler/pipe_queue.h"
#include "scheduler/row_trail.h"

namespace weir::scheduler {

namespace {

class PipeReader;
class PipeWriter;

/// Shared by the two ends. An end that is gone is a null pointer.
///
/// Three stages, never backwards. In memory: all goes through the queue. Mixed: a child writes, so
/// there is a kernel pipe; the stage's own bytes go through it, too, its rows through the queue,
/// after what the kernel pipe holds at that moment. Direct: a child reads, so everything is
/// bytes in the kernel pipe; where weir alone writes, the trail knows which of them are rows.
struct PipeCore {
  explicit PipeCore(Loop& l) : loop(l), readable(l), writable(l) {}

  Result<void> become_mixed();
  Result<void> become_direct();
  void absorb();
  void follow_rows();
  void stop_following() {
    trail.stop();
    wake_reader();
  }
  void wake_reader() {
    if (readable.has_waiters()) readable.pulse();
    for (loop::CancelSource* wait : kernel_waits) wait->cancel();
  }
  /// A writer that waits is called when half is free: not for each line that is taken.
  void wake_writer() {
    if (writable.has_waiters() && queue.size() <= kPipeBufferSize / 2) writable.pulse();
  }

  Loop& loop;
  PipeQueue queue;
  RowTrail trail;
  PipeReader* reader = nullptr;
  PipeWriter* writer = nullptr;
  loop::Event readable;
  loop::Event writable;
  std::vector<loop::CancelSource*> kernel_waits;  // reads of the kernel pipe that a row ends
  bool is_direct = false;
  bool kernel_ended = false;  // seen while mixed
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
  ValueTask<Result<void>> write_owned(std::string bytes, const CancelToken& token) override;
  ValueTask<Result<void>> write_row(Row row, const CancelToken& token) override;
  bool takes_rows() const override { return !core_->is_direct || core_->trail.is_followed(); }
  bool reader_is_gone() override {
    return kernel_ ? kernel_->reader_is_gone() : core_->reader == nullptr;
  }
  Result<int> descriptor() override;

  void use_kernel_pipe(UniqueFd fd) { kernel_ = make_kernel_file(core_->loop, std::move(fd)); }

 private:
  enum class Put : uint8_t { done, full, broken, kernel };
  Put put(std::string_view& bytes);
  Put put(std::string& bytes);
  Put put(Row& row);
  template <class Piece>
  Task<Result<void>> finish(Piece piece, CancelToken token);
  ValueTask<Result<void>> write_direct(std::string_view bytes, const CancelToken& token);
  ValueTask<Result<void>> write_direct(Row row, const CancelToken& token);
  Task<Result<void>> write_followed(std::string text, CancelToken token);
  void look_at_trail();

  PipeCorePtr core_;
  OpenFilePtr kernel_;  // null in memory
  size_t followed_rows_ = 0;
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
  ValueTask<ReadResult> read_lines(const LineRead& what, const CancelToken& token) override;
  ValueTask<NextRow> read_row(const CancelToken& token) override;
  ValueTask<Result<bool>> next_is_row(const CancelToken& token, Arrays arrays) override;
  bool has_input() override {
    return !core_->queue.empty() || at_end() || (kernel_ && kernel_->has_input());
  }
  Result<int> descriptor() override;

  void use_kernel_pipe(UniqueFd fd) { kernel_ = make_kernel_file(core_->loop, std::move(fd)); }
  bool has_kernel_pipe() const { return kernel_ != nullptr; }
  OpenFile& kernel_pipe() { return *kernel_; }

 private:
  /// Everything that may still come comes through the kernel pipe.
  bool is_direct() const {
    return kernel_ && core_->queue.empty() && (core_->is_direct || core_->writer == nullptr);
  }
  /// Of what comes through the queue.
  bool at_end() const {
    if (!core_->queue.empty()) return false;
    return kernel_ ? core_->kernel_ended : core_->writer == nullptr;
  }
  Task<Result<void>> wait_for_more(size_t max, CancelToken token);
  Task<ReadResult> finish_some(size_t max, CancelToken token);
  std::optional<bool> is_row_now(Arrays arrays);
  Task<Result<bool>> wait_for_next(Arrays arrays, CancelToken token);
  PipeQueue::StopAt stop_at(const std::string& line) const;
  std::optional<ReadResult> try_line(const LineRead& what, std::string& line);
  Task<ReadResult> finish_line(std::string line, LineRead what, CancelToken token);
  std::optional<NextRow> try_row(std::string& line);
  Task<NextRow> finish_row(std::string line, CancelToken token);
  bool is_followed() const { return is_direct() && core_->trail.is_followed(); }
  std::optional<bool> is_followed_row_now();
  Task<NextRow> read_followed_row(CancelToken token);
  Task<ReadResult> rest_of_line(std::string line, LineRead what, CancelToken token);

  PipeCorePtr core_;
  OpenFilePtr kernel_;  // null in memory
  /// By next_is_row(): where its lines end.
  PipeQueue::StopAt tells_apart_ = PipeQueue::StopAt::nothing;
};

Error broken_pipe() { return Error::from_errno(EPIPE, "write error"); }

// ---- becoming a kernel pipe ------------------------------------------------------

// Each end keeps its own side of the kernel pipe alone, so the end of the stream and a
// broken pipe come exactly when the last holder of a side goes.

Result<void> PipeCore::become_mixed() {
  auto pipe = make_kernel_pipe();
  if (!pipe) return fail(std::move(pipe.error()));
  if (reader) reader->use_kernel_pipe(std::move(pipe->reader));
  writer->use_kernel_pipe(std::move(pipe->writer));
  wake_reader();
  writable.pulse();
  return {};
}

/// REQUIRES: the reader is there.
Result<void> PipeCore::become_direct() {
  if (!reader->has_kernel_pipe()) {
    auto pipe = make_kernel_pipe();
    if (!pipe) return fail(std::move(pipe.error()));
    auto filled = fill_at_once(*pipe, queue.text());
    if (!filled) return fail(std::move(filled.error()));
    if (*filled) {
      follow_rows();
    } else {
      auto fed = feed(queue.text(), std::move(pipe->reader));
      if (!fed) return fail(std::move(fed.error()));
      pipe->reader = std::move(*fed);
    }
    reader->use_kernel_pipe(std::move(pipe->reader));
    if (writer) writer->use_kernel_pipe(std::move(pipe->writer));
  } else if (!queue.empty()) {
    trail.stop();
    UniqueFd rest(::fcntl(*reader->kernel_pipe().descriptor(), F_DUPFD_CLOEXEC, 0));
    if (!rest) return fail(Error::from_errno(errno, "cannot make a pipe"));
    auto fed = feed(queue.text(), std::move(rest));
    if (!fed) return fail(std::move(fed.error()));
    reader->use_kernel_pipe(std::move(*fed));
  }
  is_direct = true;
  queue.clear();
  wake_reader();
  writable.pulse();
  return {};
}

/// The queue went into the fresh kernel pipe, which nobody else writes yet.
void PipeCore::follow_rows() {
  trail.follow();
  const auto went = [&](size_t size) { trail.written(size); };
  queue.for_each(
      [&](std::string_view bytes) {
        trail.plan(bytes.size());
        went(bytes.size());
      },
      [&](const Row& row) {
        std::string line;
        append_row_line(line, row);
        trail.plan(row, line.size());
        went(line.size());
      });
}

/// What children have written so far goes in front of the row that comes now.
void PipeCore::absorb() {
  int left = 0;  // asked for once: somebody may go on writing
  if (::ioctl(*reader->kernel_pipe().descriptor(), FIONREAD, &left) != 0) return;
  while (left > 0) {
    auto step = reader->kernel_pipe().read_some(static_cast<size_t>(left), {});
    if (!step.ready()) return;
    auto bytes = step.take();
    if (!bytes || !*bytes) return;
    left -= static_cast<int>((*bytes)->size());
    queue.push(**bytes);
  }
}

Result<int> PipeWriter::descriptor() {
  if (!kernel_) {
    auto made = core_->become_mixed();
    if (!made) return fail(std::move(made.error()));
  }
  core_->stop_following();
  return kernel_->descriptor();
}

Result<int> PipeReader::descriptor() {
  if (!core_->is_direct || !core_->queue.empty()) {
    auto made = core_->become_direct();
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
PipeWriter::Put PipeWriter::put(Row& row) {
  if (core_->is_direct) return Put::kernel;
  if (core_->reader == nullptr) return Put::broken;
  if (kernel_) core_->absorb();
  const bool is_full = core_->queue.size() >= kPipeBufferSize;
  if (!is_full) core_->queue.push(std::move(row));
  // Of what was absorbed, too: a reader that waits for the kernel pipe would find it empty.
  core_->wake_reader();
  return is_full ? Put::full : Put::done;
}

ValueTask<Result<void>> PipeWriter::write(std::string_view bytes, const CancelToken& token) {
  if (bytes.empty()) return Result<void>{};
  const Put state = put(bytes);
  if (state == Put::done) return Result<void>{};
  if (state == Put::broken) return Result<void>(fail(broken_pipe()));
  if (state == Put::kernel) return write_direct(bytes, token);
  return finish(bytes, token);
}

/// What is given away goes in whole: a part of it would have to be copied.
PipeWriter::Put PipeWriter::put(std::string& bytes) {
  if (kernel_) return Put::kernel;
  if (core_->reader == nullptr) return Put::broken;
  if (core_->queue.size() + bytes.size() > kPipeBufferSize) return Put::full;
  core_->queue.push_owned(std::move(bytes));
  core_->wake_reader();
  return Put::done;
}

ValueTask<Result<void>> PipeWriter::write_owned(std::string bytes, const CancelToken& token) {
  // Short ones are gathered in one piece: many small ones would be slower to read than a copy.
  constexpr size_t kWorthMoving = 4096;
  if (bytes.size() < kWorthMoving || bytes.size() > kPipeBufferSize)
    return OpenFile::write_owned(std::move(bytes), token);
  const Put state = put(bytes);
  if (state == Put::done) return Result<void>{};
  if (state == Put::broken) return Result<void>(fail(broken_pipe()));
  return finish(std::move(bytes), token);
}

ValueTask<Result<void>> PipeWriter::write_row(Row row, const CancelToken& token) {
  const Put state = put(row);
  if (state == Put::done) return Result<void>{};
  if (state == Put::broken) return Result<void>(fail(broken_pipe()));
  if (state == Put::kernel) return write_direct(std::move(row), token);
  return finish(std::move(row), token);
}

/// Waits until the piece has gone: bytes part by part, what is given away and rows as a whole.
template <class Piece>
Task<Result<void>> PipeWriter::finish(Piece piece, CancelToken token) {
  for (;;) {
    const Put state = put(piece);
    if (state == Put::done) co_return Result<void>{};
    if (state == Put::broken) co_return fail(broken_pipe());
    if (state == Put::kernel) co_return co_await write_direct(std::move(piece), token);
    auto room = co_await core_->writable.wait(token);
    if (!room) co_return fail(std::move(room.error()));
  }
}

ValueTask<Result<void>> PipeWriter::write_direct(std::string_view bytes, const CancelToken& token) {
  if (!core_->trail.is_followed()) return kernel_->write(bytes, token);
  if (bytes.size() > PIPE_BUF) {
    core_->stop_following();
    return kernel_->write(bytes, token);
  }
  core_->trail.plan(bytes.size());
  return write_followed(std::string(bytes), token);
}

ValueTask<Result<void>> PipeWriter::write_direct(Row row, const CancelToken& token) {
  if (!core_->trail.is_followed()) return kernel_->write_row(std::move(row), token);
  std::string line;
  append_row_line(line, row);
  core_->trail.plan(row, line.size());
  look_at_trail();
  return write_followed(std::move(line), token);
}

/// A program that takes row after row is going to take all: as text they go in large pieces
/// (takes_rows()), one by one each is a write of its own.
void PipeWriter::look_at_trail() {
  constexpr size_t kEvery = 256;
  if (++followed_rows_ % kEvery != 0) return;
  int unread = 0;
  if (::ioctl(*kernel_->descriptor(), FIONREAD, &unread) != 0) return;
  (void)core_->trail.is_at_row(static_cast<size_t>(unread));
  if (!core_->trail.is_followed()) core_->stop_following();
}

/// In steps that are written whole or not at all, so that what went is always known.
Task<Result<void>> PipeWriter::write_followed(std::string text, CancelToken token) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view step = rest.substr(0, PIPE_BUF);
    auto done = co_await kernel_->write(step, token);
    if (!done) {
      core_->stop_following();
      co_return done;
    }
    core_->trail.written(step.size());
    core_->wake_reader();
    rest.remove_prefix(step.size());
  }
  co_return Result<void>{};
}

// ---- reading -------------------------------------------------------------------

/// Until the queue holds more, or the way the stream goes has changed. REQUIRES: !is_direct().
Task<Result<void>> PipeReader::wait_for_more(size_t max, CancelToken token) {
  if (!kernel_ || is_followed()) co_return co_await core_->readable.wait(std::move(token));
  loop::CancelSource wait(token);
  core_->kernel_waits.push_back(&wait);
  const auto kernel = kernel_;  // become_direct() may replace it
  auto bytes = co_await kernel->read_some(max, wait.token());
  std::erase(core_->kernel_waits, &wait);
  if (!bytes) {
    if (bytes.error().kind == ErrorKind::cancelled && !token.cancelled()) co_return Result<void>{};
    co_return fail(std::move(bytes.error()));
  }
  if (*bytes)
    core_->queue.push(**bytes);
  else
    core_->kernel_ended = true;
  co_return Result<void>{};
}

ValueTask<ReadResult> PipeReader::read_some(size_t max, const CancelToken& token) {
  if (is_direct()) return kernel_->read_some(max, token);
  if (max == 0) return ReadResult(std::string());
  if (at_end()) return ReadResult(std::nullopt);
  if (core_->queue.empty()) return finish_some(max, token);
  ReadResult bytes = core_->queue.pop_bytes(max);
  core_->wake_writer();
  return bytes;
}

Task<ReadResult> PipeReader::finish_some(size_t max, CancelToken token) {
  while (!is_direct() && core_->queue.empty() && !at_end()) {
    auto more = co_await wait_for_more(max, token);
    if (!more) co_return fail(std::move(more.error()));
  }
  co_return co_await read_some(max, token);
}

/// Where a line that has begun as `line` has to end.
PipeQueue::StopAt PipeReader::stop_at(const std::string& line) const {
  const bool begins_with_row = core_->queue.front_is_row() && line.empty();
  return begins_with_row ? PipeQueue::StopAt::nothing : tells_apart_;
}

/// Adds what is there to `line`; nothing when it must wait for more.
std::optional<ReadResult> PipeReader::try_line(const LineRead& what, std::string& line) {
  PipeQueue& queue = core_->queue;
  const auto stop = stop_at(line);
  const bool complete = queue.pop_line(what.delimiter, stop, line) ||
                        line.size() >= what.max_bytes ||
                        (stop != PipeQueue::StopAt::nothing && queue.front_is_row());
  core_->wake_writer();
  if (!complete && !at_end()) return std::nullopt;
  if (!complete && line.empty()) return ReadResult(std::nullopt);
  return ReadResult(std::move(line));
}

ValueTask<ReadResult> PipeReader::read_lines(const LineRead& what, const CancelToken& token) {
  if (is_direct()) return kernel_->read_lines(what, token);
  std::string line;
  if (auto result = try_line(what, line)) return std::move(*result);
  return finish_line(std::move(line), what, token);
}

Task<ReadResult> PipeReader::finish_line(std::string line, LineRead what, CancelToken token) {
  for (;;) {
    if (is_direct()) co_return co_await rest_of_line(std::move(line), what, token);
    auto more = co_await wait_for_more(kPipeBufferSize, token);
    if (!more) {
      core_->queue.put_back(std::move(line));
      co_return fail(std::move(more.error()));
    }
    if (auto result = try_line(what, line)) co_return std::move(*result);
  }
}

/// The rest of a half read line comes through the kernel pipe.
Task<ReadResult> PipeReader::rest_of_line(std::string line, LineRead what, CancelToken token) {
  auto rest = co_await kernel_->read_lines(what, token);
  if (!rest) {
    core_->queue.put_back(std::move(line));
    co_return fail(std::move(rest.error()));
  }
  if (*rest) line += **rest;
  if (line.empty()) co_return std::optional<std::string>{};
  co_return std::optional<std::string>(std::move(line));
}

/// A typed row, or the bytes in front of it as a line.
std::optional<NextRow> PipeReader::try_row(std::string& line) {
  PipeQueue& queue = core_->queue;
  if (line.empty()) queue.drop_array_end();
  if (queue.front_is_row() && line.empty()) {
    Row row = queue.pop_row();
    core_->wake_writer();
    return NextRow(std::move(row));
  }
  const bool complete = queue.pop_line('\n', PipeQueue::StopAt::rows, line) || queue.front_is_row();
  core_->wake_writer();
  if (!complete && !at_end()) return std::nullopt;
  if (!complete && line.empty()) return NextRow(std::nullopt);
  return line_to_row(ReadResult(std::move(line)));
}

/// Nothing when it must wait for more.
std::optional<bool> PipeReader::is_followed_row_now() {
  int unread = 0;
  if (::ioctl(*kernel_->descriptor(), FIONREAD, &unread) != 0) return false;
  if (core_->trail.is_at_row(static_cast<size_t>(unread))) return true;
  if (unread > 0 || core_->writer == nullptr || !core_->trail.is_followed()) return false;
  return std::nullopt;
}

/// A row that the kernel pipe has as its line. Should the line be another, because somebody
/// else reads at this moment, all is text from there on.
Task<NextRow> PipeReader::read_followed_row(CancelToken token) {
  auto is_row = co_await next_is_row(token, Arrays::are_rows);
  if (!is_row) co_return fail(std::move(is_row.error()));
  if (!*is_row) co_return co_await kernel_->read_row(token);
  Row row = core_->trail.take();
  std::string line;
  append_row_line(line, row);
  std::string bytes;
  while (bytes.size() < line.size()) {
    auto more = co_await kernel_->read_some(line.size() - bytes.size(), token);
    if (more && *more) {
      bytes += **more;
      continue;
    }
    core_->trail.stop();
    core_->queue.put_back(std::move(bytes));
    if (!more) co_return fail(std::move(more.error()));
    co_return co_await read_row(token);
  }
  if (bytes == line) co_return row;
  core_->trail.stop();
  core_->queue.put_back(std::move(bytes));
  co_return co_await read_row(token);
}

ValueTask<NextRow> PipeReader::read_row(const CancelToken& token) {
  if (is_followed()) return read_followed_row(token);
  if (is_direct()) return kernel_->read_row(token);
  std::string line;
  if (auto result = try_row(line)) return std::move(*result);
  return finish_row(std::move(line), token);
}

Task<NextRow> PipeReader::finish_row(std::string line, CancelToken token) {
  for (;;) {
    if (is_direct()) {
      co_return line_to_row(co_await rest_of_line(std::move(line), {}, token));
    }
    auto more = co_await wait_for_more(kPipeBufferSize, token);
    if (!more) {
      core_->queue.put_back(std::move(line));
      co_return fail(std::move(more.error()));
    }
    if (auto result = try_row(line)) co_return std::move(*result);
  }
}

/// Nothing when it must wait for more.
std::optional<bool> PipeReader::is_row_now(Arrays arrays) {
  if (is_followed()) return is_followed_row_now();
  if (arrays == Arrays::are_rows) core_->queue.drop_array_end();
  if (core_->queue.front_is_row(arrays)) return true;
  if (!core_->queue.empty() || is_direct() || at_end()) return false;
  return std::nullopt;
}

ValueTask<Result<bool>> PipeReader::next_is_row(const CancelToken& token, Arrays arrays) {
  tells_apart_ =
      arrays == Arrays::are_rows ? PipeQueue::StopAt::rows : PipeQueue::StopAt::plain_rows;
  if (auto now = is_row_now(arrays)) return Result<bool>(*now);
  return wait_for_next(arrays, token);
}

Task<Result<bool>> PipeReader::wait_for_next(Arrays arrays, CancelToken token) {
  for (;;) {
    auto more = co_await wait_for_more(kPipeBufferSize, token);
    if (!more) co_return fail(std::move(more.error()));
    if (auto now = is_row_now(arrays)) co_return *now;
  }
}

// ---- /dev/null without a descriptor ----------------------------------------------

class NullFile : public OpenFile {
 public:
  ValueTask<Result<void>> write(std::string_view, const CancelToken&) override {
    return Result<void>{};
  }
  ValueTask<Result<void>> write_row(Row, const CancelToken&) override { return Result<void>{}; }
  ValueTask<ReadResult> read_some(size_t, const CancelToken&) override {
    return ReadResult(std::nullopt);
  }
  ValueTask<ReadResult> read_lines(const LineRead&, const CancelToken&) override {
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
