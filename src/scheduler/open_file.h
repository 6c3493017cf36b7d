// OpenFile: what a descriptor number of a scope refers to.
//
// The counterpart of POSIX's open file description: shared by every scope and
// number that refers to it, closed when the last reference goes. It may be a
// descriptor of the system (KernelFile), an end of a bounded pipe (pipe.h) or a
// collector of output (collector.h). Builtins read and write through it without
// blocking the loop; an external command asks for descriptor(). Who awaits one
// of its functions keeps the file (a reference of its own) until the result is there.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "loop/loop.h"
#include "scheduler/row.h"

namespace weir::scheduler {

using loop::CancelToken;
using loop::Loop;
using loop::Task;
using loop::ValueTask;

/// One step of reading: the bytes, or nothing at the end of the stream.
using ReadResult = Result<std::optional<std::string>>;

/// How lines are read. Of a line without end a piece of at least `max_bytes` comes, which lacks the
/// delimiter and may go on.
struct LineRead {
  char delimiter = '\n';
  size_t max_bytes = SIZE_MAX;
  size_t count = 1;  // lines at most: those behind the first only as far as they are there
};

/// What the rows of an array are to a reader: rows like others, or text.
enum class Arrays : uint8_t { are_rows, are_text };

class OpenFile {
 public:
  virtual ~OpenFile() = default;

  /// Writes all of `bytes`, which must stay until the result is there. Needs no
  /// frame when all can be taken at once. A reader that went away is broken_pipe.
  virtual ValueTask<Result<void>> write(std::string_view bytes, const CancelToken& token);
  /// The same for bytes that the writer has no more use for: a pipe in memory takes them as they
  /// are.
  virtual ValueTask<Result<void>> write_owned(std::string bytes, const CancelToken& token);
  /// Writes one typed row; where rows cannot travel it becomes a line of text.
  virtual ValueTask<Result<void>> write_row(Row row, const CancelToken& token);

  /// Up to `max` bytes as soon as there are any. Typed rows come as lines.
  virtual ValueTask<ReadResult> read_some(size_t max, const CancelToken& token);
  /// One line with its delimiter (without it at the end of the stream). Takes
  /// no byte beyond the delimiter from what others share (files are repositioned).
  ValueTask<ReadResult> read_line(char delimiter, const CancelToken& token) {
    return read_lines({.delimiter = delimiter}, token);
  }
  /// The same for several lines, and for pieces of one.
  virtual ValueTask<ReadResult> read_lines(const LineRead& what, const CancelToken& token);
  /// The next typed row; where the stream has bytes, the next line.
  virtual ValueTask<NextRow> read_row(const CancelToken& token);
  /// Waits until something is there: true when it is a typed row (take it with
  /// read_row), false for bytes or the end. After false, read_some and read_line
  /// give none of the rows that follow the bytes.
  virtual ValueTask<Result<bool>> next_is_row(const CancelToken&, Arrays = Arrays::are_rows) {
    return Result<bool>(false);
  }
  /// Whether a read would give something, or the end of the stream, without waiting.
  virtual bool has_input() { return true; }
  /// Whether a row written here stays typed. Where it does not (files, kernel
  /// pipes, terminals) a writer does well to gather lines and write them together.
  virtual bool takes_rows() const { return true; }

  /// A write would fail with broken_pipe. For those who work long without writing.
  virtual bool reader_is_gone() { return false; }

  /// A descriptor of the system for a child, owned by this object. The first
  /// call may turn a pipe in memory into one of the kernel; the order of bytes
  /// with what was written before and comes later is kept.
  virtual Result<int> descriptor() = 0;

  virtual bool is_terminal() const { return false; }
};
using OpenFilePtr = std::shared_ptr<OpenFile>;  // shared: scopes, numbers, stages

/// A line as a row without its newline.
NextRow line_to_row(ReadResult line);

}  // namespace weir::scheduler
