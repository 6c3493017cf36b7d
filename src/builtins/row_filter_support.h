// RowFilter: a builtin that takes rows one after the other and gives rows or text.
//
// The filter is a plain object without coroutines; run_filter() reads, writes,
// lets others go first, and reports. An error of take() names the row for the user.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "builtins/row_io_support.h"
#include "kernel/builtin.h"

namespace weir::builtins {

using kernel::Invocation;

/// What a filter gives for one row: rows, or text that is written as it is.
class RowSink {
 public:
  void emit(Value value) { rows_.push_back({std::move(value), true, {}}); }
  /// A row whose line is not the usual one; `line` has its newline.
  void emit(Value value, std::string line) {
    rows_.push_back({std::move(value), true, std::move(line)});
  }
  void pass(Row row) { rows_.push_back(std::move(row)); }
  std::string& text() { return text_; }
  /// A message on stderr, after what was given before.
  void warn(std::string message) { warnings_.push_back(std::move(message)); }
  bool empty() const { return rows_.empty() && text_.empty() && warnings_.empty(); }

 private:
  friend class FilterOutput;
  std::vector<Row> rows_;
  std::string text_;
  std::vector<std::string> warnings_;
};

class RowFilter {
 public:
  enum class Next : uint8_t { more, stop };

  virtual ~RowFilter() = default;
  /// An error ends the command with 1, after what was given for earlier rows. For a large row
  /// this runs on the thread pool, so it must not touch the shell.
  virtual Result<Next> take(Row row, RowSink& out) = 0;
  /// The input has ended, or take() said stop. Not called after an error.
  virtual Result<void> finish(RowSink&) { return {}; }
  /// The exit code when nothing failed.
  virtual int code() const { return 0; }

  /// From another thread: take() should end.
  void stop() { stopped_ = true; }

 protected:
  const std::atomic<bool>& stopped() const { return stopped_; }

 private:
  std::atomic<bool> stopped_ = false;
};

/// Runs the filter over standard input.
Task<int> run_filter(Invocation call, std::unique_ptr<RowFilter> filter);
/// Runs it over the rows (lines) of these files; over standard input when there are none.
Task<int> run_filter_over_files(Invocation call, std::unique_ptr<RowFilter> filter, List paths);
/// Runs it over these values instead.
Task<int> run_filter_over(Invocation call, std::unique_ptr<RowFilter> filter, List rows);

/// True when a builtin that loops should await pause_point().
bool wants_pause(Context& ctx);
/// Lets others go first and waits while the job is stopped. An error, for stream_failed(), when
/// the context was cancelled or nobody reads its output any more.
Task<Result<void>> pause_point(Context& ctx);
Error cancelled_error();

/// "row 3" and a short form of what it is, for messages.
std::string describe_row(uint64_t number, const Value& row);
/// At most about 60 bytes of the text form, whole characters, on one line.
std::string shortened(const Value& value);

}  // namespace weir::builtins
