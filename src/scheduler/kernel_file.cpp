#include "scheduler/kernel_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "scheduler/nonblocking_io.h"

namespace weir::scheduler {

namespace {

using Kind = NonblockingIo::Kind;

constexpr size_t kBlock = 4096;            // first look for a line
constexpr size_t kLargeBlock = 64 * 1024;  // further looks, and reads from pipes
constexpr size_t kFileBlock = 256 * 1024;  // one read from a file
constexpr size_t kStretch = 1024 * 1024;   // bytes moved before others have their turn
constexpr int kShortReads = 512;           // single bytes that count as one look
constexpr int kLooks = 8;                  // before others have their turn

using Buffer = std::array<char, kLargeBlock>;  // on the native stack of functions that do not wait

class KernelFile : public OpenFile {
 public:
  KernelFile(Loop& loop, UniqueFd owned, int fd)
      : loop_(loop), owned_(std::move(owned)), fd_(fd), io_(loop, fd) {}

  ValueTask<Result<void>> write(std::string_view bytes, const CancelToken& token) override;
  ValueTask<ReadResult> read_some(size_t max, const CancelToken& token) override;
  ValueTask<ReadResult> read_lines(const LineRead& what, const CancelToken& token) override;
  bool has_input() override { return !carry_.empty() || io_.has_input(); }
  bool takes_rows() const override { return false; }
  bool reader_is_gone() override { return io_.reader_is_gone(); }
  Result<int> descriptor() override { return fd_; }
  bool is_terminal() const override {
    if (!is_terminal_) is_terminal_ = ::isatty(fd_) == 1;
    return *is_terminal_;
  }

 private:
  enum class Step : uint8_t { complete, end, failed, wait, yield };
  static bool is_pause(Step step) { return step >= Step::wait; }

  Step push(std::string_view& bytes);
  Task<Result<void>> finish_write(std::string_view rest, Step why, CancelToken token);
  Task<Result<void>> pause(Step why, bool writing, CancelToken token);

  Step pull(size_t max, std::string& out);
  ssize_t read_into(std::string& to, size_t max);
  Task<ReadResult> finish_read(size_t max, CancelToken token);

  Step extend_line(std::string& line, const LineRead& what);
  Step extend_from_file(std::string& line, const LineRead& what);
  Step extend_by_peeking(std::string& line, const LineRead& what);
  Step extend_by_bytes(std::string& line, char delimiter);
  Step take_lines(std::string_view bytes, std::string& line, const LineRead& what);
  Step extend_for_a_while(std::string& line, const LineRead& what);
  ReadResult line_ended(Step how, std::string line) const;
  Task<ReadResult> finish_line(std::string line, LineRead what, Step why, CancelToken token);

  Step stopped_by(ssize_t n);
  Error failure(const char* what) const { return Error::from_errno(error_, what); }

  Loop& loop_;
  UniqueFd owned_;
  const int fd_;
  NonblockingIo io_;
  /// Bytes of a line whose reading was cancelled: the next read begins with them.
  std::string carry_;
  int error_ = 0;
  mutable std::optional<bool> is_terminal_;
};

ReadResult some_bytes(std::string bytes) { return std::optional<std::string>(std::move(bytes)); }
ReadResult end_of_stream() { return std::optional<std::string>{}; }

KernelFile::Step KernelFile::stopped_by(ssize_t n) {
  if (n == 0) return Step::end;
  if (n == -EAGAIN) return Step::wait;
  error_ = static_cast<int>(-n);
  return Step::failed;
}

/// Gives others their turn, or waits for the descriptor.
Task<Result<void>> KernelFile::pause(Step why, bool writing, CancelToken token) {
  if (why == Step::wait) {
    co_return co_await (writing ? io_.wait_writable(token) : io_.wait_readable(token));
  }
  co_await loop_.yield();
  if (token.cancelled()) co_return fail(ErrorKind::cancelled, "cancelled");
  co_return Result<void>{};
}

// ---- writing -------------------------------------------------------------------

KernelFile::Step KernelFile::push(std::string_view& bytes) {
  size_t moved = 0;
  do {
    const ssize_t n = io_.write(bytes.data(), std::min(bytes.size(), kStretch));
    if (n < 0) return stopped_by(n);
    bytes.remove_prefix(static_cast<size_t>(n));
    moved += static_cast<size_t>(n);
  } while (!bytes.empty() && moved < kStretch);
  return bytes.empty() ? Step::complete : Step::yield;
}

ValueTask<Result<void>> KernelFile::write(std::string_view bytes, const CancelToken& token) {
  if (bytes.empty()) return Result<void>{};
  const Step step = push(bytes);
  if (step == Step::complete) return Result<void>{};
  if (step == Step::failed) return Result<void>(fail(failure("write error")));
  return finish_write(bytes, step, token);
}

Task<Result<void>> KernelFile::finish_write(std::string_view rest, Step why, CancelToken token) {
  while (why != Step::complete) {
    if (why == Step::failed) co_return fail(failure("write error"));
    auto ready = co_await pause(why, true, token);
    if (!ready) co_return fail(std::move(ready.error()));
    why = push(rest);
  }
  co_return Result<void>{};
}

// ---- reading what there is -----------------------------------------------------

KernelFile::Step KernelFile::pull(size_t max, std::string& out) {
  if (!carry_.empty()) {
    out = carry_.substr(0, max);
    carry_.erase(0, out.size());
    return Step::complete;
  }
  if (io_.kind() == Kind::file && max > kLargeBlock) {
    const ssize_t n = read_into(out, std::min(max, kFileBlock));
    return n > 0 ? Step::complete : stopped_by(n);
  }
  // What is not given away is there for the next read, of any file.
  thread_local std::string block;
  const ssize_t n = read_into(block, std::min(max, kLargeBlock));
  if (n <= 0) return stopped_by(n);
  if (block.size() >= kLargeBlock / 4)
    out = std::exchange(block, {});
  else
    out = block;
  return Step::complete;
}

/// Replaces `to`; what io_.read() gave.
ssize_t KernelFile::read_into(std::string& to, size_t max) {
  ssize_t n = 0;
  to.resize_and_overwrite(max, [&](char* data, size_t size) {
    n = io_.read(data, size);
    return n > 0 ? static_cast<size_t>(n) : 0;
  });
  return n;
}

ValueTask<ReadResult> KernelFile::read_some(size_t max, const CancelToken& token) {
  std::string bytes;
  if (max == 0) return some_bytes({});
  switch (pull(max, bytes)) {
    case Step::complete:
      return some_bytes(std::move(bytes));
    case Step::end:
      return end_of_stream();
    case Step::failed:
      return ReadResult(fail(failure("read error")));
    default:
      return finish_read(max, token);
  }
}

Task<ReadResult> KernelFile::finish_read(size_t max, CancelToken token) {
  for (;;) {
    auto ready = co_await io_.wait_readable(token);
    if (!ready) co_return fail(std::move(ready.error()));
    std::string bytes;
    const Step step = pull(max, bytes);
    if (step == Step::complete) co_return some_bytes(std::move(bytes));
    if (step == Step::end) co_return end_of_stream();
    if (step == Step::failed) co_return fail(failure("read error"));
  }
}

// ---- reading lines -------------------------------------------------------------

/// Behind the last delimiter that is wanted, of those that are there; 0: there is none.
size_t end_of_lines(std::string_view bytes, const LineRead& what) {
  size_t end = 0;
  for (size_t count = what.count; count > 0; --count) {
    const size_t at = bytes.find(what.delimiter, end);
    if (at == std::string_view::npos) break;
    end = at + 1;
  }
  return end;
}

/// How much is looked at in one step: one line is mostly short.
size_t look_size(const std::string& line, const LineRead& what) {
  return what.count > 1 || line.size() >= kBlock ? std::tuple_size_v<Buffer> : kBlock;
}

/// Appends up to the last wanted delimiter; bytes behind it wait in carry_.
KernelFile::Step KernelFile::take_lines(std::string_view bytes, std::string& line,
                                        const LineRead& what) {
  const size_t end = end_of_lines(bytes, what);
  if (end == 0) {
    line += bytes;
    return Step::yield;
  }
  line += bytes.substr(0, end);
  carry_ = bytes.substr(end);
  return Step::complete;
}

KernelFile::Step KernelFile::extend_from_file(std::string& line, const LineRead& what) {
  Buffer buffer;
  const ssize_t n = io_.read(buffer.data(), look_size(line, what));
  if (n <= 0) return stopped_by(n);
  const Step step = take_lines({buffer.data(), static_cast<size_t>(n)}, line, what);
  if (!carry_.empty() && ::lseek(fd_, -static_cast<off_t>(carry_.size()), SEEK_CUR) >= 0) {
    carry_.clear();
  }
  return step;
}

KernelFile::Step KernelFile::extend_by_peeking(std::string& line, const LineRead& what) {
  Buffer buffer;
  const ssize_t seen = io_.peek(buffer.data(), look_size(line, what));
  if (seen == -ENOTSUP) return extend_by_bytes(line, what.delimiter);
  if (seen <= 0) return stopped_by(seen);
  size_t size = static_cast<size_t>(seen);
  if (const size_t end = end_of_lines({buffer.data(), size}, what); end > 0) size = end;
  // Another reader may have been faster than our second look, so what counts is
  // what comes now; should it go beyond the line, the rest stays with this file.
  const ssize_t n = io_.read(buffer.data(), size);
  if (n <= 0) return stopped_by(n);
  return take_lines({buffer.data(), static_cast<size_t>(n)}, line, what);
}

/// Of a terminal, too, whose reads end with a line only where the line was typed in canonical mode:
/// what was typed before that comes as one piece of several lines.
KernelFile::Step KernelFile::extend_by_bytes(std::string& line, char delimiter) {
  for (int i = 0; i < kShortReads; ++i) {
    char byte;
    const ssize_t n = io_.read(&byte, 1);
    if (n <= 0) return stopped_by(n);
    line += byte;
    if (byte == delimiter) return Step::complete;
  }
  return Step::yield;
}

/// Step::yield: more was read, and no delimiter seen yet.
KernelFile::Step KernelFile::extend_line(std::string& line, const LineRead& what) {
  if (!carry_.empty()) {
    const std::string carried = std::exchange(carry_, {});
    return take_lines(carried, line, what);
  }
  switch (io_.kind()) {
    case Kind::file:
      return extend_from_file(line, what);
    case Kind::pipe:
    case Kind::socket:
      return extend_by_peeking(line, what);
    default:
      return extend_by_bytes(line, what.delimiter);
  }
}

KernelFile::Step KernelFile::extend_for_a_while(std::string& line, const LineRead& what) {
  Step step = Step::yield;
  for (int i = 0; step == Step::yield && i < kLooks; ++i) {
    step = extend_line(line, what);
    if (step == Step::yield && line.size() >= what.max_bytes) return Step::complete;
  }
  return step;
}

ReadResult KernelFile::line_ended(Step how, std::string line) const {
  if (how == Step::failed) return fail(failure("read error"));
  if (how == Step::end && line.empty()) return end_of_stream();
  return some_bytes(std::move(line));
}

ValueTask<ReadResult> KernelFile::read_lines(const LineRead& what, const CancelToken& token) {
  std::string line;
  const Step step = extend_for_a_while(line, what);
  if (!is_pause(step)) return line_ended(step, std::move(line));
  return finish_line(std::move(line), what, step, token);
}

Task<ReadResult> KernelFile::finish_line(std::string line, LineRead what, Step why,
                                         CancelToken token) {
  while (is_pause(why)) {
    auto ready = co_await pause(why, false, token);
    if (!ready) {
      carry_.insert(0, line);
      co_return fail(std::move(ready.error()));
    }
    why = extend_for_a_while(line, what);
  }
  co_return line_ended(why, std::move(line));
}

}  // namespace

OpenFilePtr make_kernel_file(Loop& loop, UniqueFd fd) {
  const int number = fd.get();
  return std::make_shared<KernelFile>(loop, std::move(fd), number);
}

OpenFilePtr borrow_kernel_file(Loop& loop, int fd) {
  return std::make_shared<KernelFile>(loop, UniqueFd(), fd);
}

}  // namespace weir::scheduler
