// Row: what flows between builtins: a typed value, or a line of text.
//
// Where bytes are wanted a row becomes a line: its own where it has one (`seq 1.00 2`, the
// columns of `get a b`), else the usual one. The rows of one JSON array (`--json`) know that
// they are in one: a reader of rows takes each, a reader of bytes gets the array as text, a
// capture holds one list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/value.h"

namespace weir::scheduler {

enum class ArrayPart : uint8_t { none, element, end };  // end: no row, only the array's last text

struct Row {
  Row(Value v = {}, bool is_typed = true, std::string own_line = {})  // NOLINT: a value is a row
      : value(std::move(v)), typed(is_typed), line(std::move(own_line)) {}

  Value value;
  bool typed;  // false: a line of text, without its newline
  std::string line;  // with its newline, where it is not the usual one; of an array: its piece
  ArrayPart part = ArrayPart::none;
  bool was_element = false;  // read from an array: an index may mean its place there
};
/// Nothing at the end of the stream.
using NextRow = Result<std::optional<Row>>;

/// Writes rows as one array, whose text is the same as that of the list of them.
class ArrayText {
 public:
  Row element(Value value);
  Row end();

 private:
  bool began_ = false;
};

/// The line that a value becomes: strings as they are, everything else compact JSON, a newline.
void append_row_line(std::string& out, const Value& value);
/// The row's own line, or that of its value.
void append_row_line(std::string& out, const Row& row);

}  // namespace weir::scheduler
