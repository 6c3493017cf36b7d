#include "scheduler/open_file.h"

#include <cerrno>

namespace weir::scheduler {

namespace {

Error not_open(const char* what) { return Error::from_errno(EBADF, what); }

Task<Result<void>> write_kept([[maybe_unused]] std::string bytes, Task<Result<void>> writing) {
  co_return co_await std::move(writing);
}

Task<NextRow> row_from_line(Task<ReadResult> reading) {
  co_return line_to_row(co_await std::move(reading));
}

}  // namespace

NextRow line_to_row(ReadResult line) {
  if (!line) return fail(std::move(line.error()));
  if (!*line) return std::optional<Row>{};
  std::string text = std::move(**line);
  if (text.ends_with('\n')) text.pop_back();
  return Row(Value(std::move(text)), false);
}

ValueTask<Result<void>> OpenFile::write(std::string_view, const CancelToken&) {
  return Result<void>(fail(not_open("write error")));
}

ValueTask<Result<void>> OpenFile::write_owned(std::string bytes, const CancelToken& token) {
  bytes.reserve(64);  // on the heap, where moving the string leaves the bytes in their place
  auto writing = write(bytes, token);
  if (writing.ready()) return writing.take();
  return write_kept(std::move(bytes), writing.task());
}

ValueTask<Result<void>> OpenFile::write_row(Row row, const CancelToken& token) {
  std::string line = std::move(row.line);
  if (line.empty()) append_row_line(line, row.value);
  return write_owned(std::move(line), token);
}

ValueTask<ReadResult> OpenFile::read_some(size_t, const CancelToken&) {
  return ReadResult(fail(not_open("read error")));
}

ValueTask<ReadResult> OpenFile::read_lines(const LineRead&, const CancelToken&) {
  return ReadResult(fail(not_open("read error")));
}

ValueTask<NextRow> OpenFile::read_row(const CancelToken& token) {
  auto reading = read_line('\n', token);
  if (reading.ready()) return line_to_row(reading.take());
  return row_from_line(reading.task());
}

}  // namespace weir::scheduler
