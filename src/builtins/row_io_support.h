// Rows in, rows out: what the row builtins read from and write to.
//
// A stream holds typed rows or lines of text, and a filter keeps which it was:
// `cmd | first 3` gives text, `seq 9 | first 3` gives ints. The reader takes
// large pieces of text at once, so it is for builtins that read to the end; the
// writer gathers lines where rows cannot travel. Neither waits while there is
// something to take or room to put it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/context.h"
#include "scheduler/open_file.h"

namespace weir::builtins {

using kernel::Context;
using loop::Task;
using loop::ValueTask;

using scheduler::NextRow;
using scheduler::Row;

class RowReader {
 public:
  /// Reads `file`; null stands for a descriptor that is closed.
  RowReader(Context& ctx, scheduler::OpenFilePtr file,
            scheduler::Arrays arrays = scheduler::Arrays::are_rows);
  /// Gives these values.
  RowReader(Context& ctx, List values);

  /// The next row; nothing at the end. Needs no frame while there is input at hand.
  ValueTask<NextRow> next();
  /// The next typed row, or a piece of text as it comes, wherever it is cut. Not
  /// to be mixed with next().
  ValueTask<NextRow> next_piece();
  /// Of the row that next() gave last, from 1.
  uint64_t number() const { return number_; }

 private:
  std::optional<NextRow> typed_row_at_hand();
  Task<NextRow> wait_next();
  Task<NextRow> wait_piece();
  std::optional<Row> take_line();
  std::optional<Row> take_rest();
  NextRow count(std::optional<Row> row);

  Context& ctx_;
  scheduler::OpenFilePtr file_;
  scheduler::Arrays arrays_ = scheduler::Arrays::are_rows;
  std::string text_;  // bytes read
  size_t from_ = 0;  // those before it are taken
  size_t searched_ = 0;  // no newline before it
  uint64_t number_ = 0;
  std::optional<List> values_;
};

class RowWriter {
 public:
  explicit RowWriter(Context& ctx) : ctx_(ctx) {}

  ValueTask<Result<void>> put(Row row);
  /// Bytes as they are.
  ValueTask<Result<void>> put_text(std::string_view bytes);
  /// Call before waiting for input, and at the end.
  ValueTask<Result<void>> flush();
  bool empty() const { return text_.empty(); }

 private:
  Task<Result<void>> flush_then_row(Row row);
  Task<Result<void>> wait_flush();

  Context& ctx_;
  std::string text_;
};

/// Rows as they are, or with --json as one array. Call end() behind the last.
class ReportWriter {
 public:
  ReportWriter(Context& ctx, bool as_array) : out_(ctx), as_array_(as_array) {}

  ValueTask<Result<void>> put(Row row) {
    return out_.put(as_array_ ? array_.element(std::move(row.value)) : std::move(row));
  }
  /// What is held back goes out.
  ValueTask<Result<void>> flush() { return out_.flush(); }
  Task<Result<void>> end();

 private:
  RowWriter out_;
  bool as_array_;
  scheduler::ArrayText array_;
};

/// Standard input as a file that is kept; null when it is closed.
scheduler::OpenFilePtr standard_input(const Context& ctx);

}  // namespace weir::builtins
