// The engine of printf: a format and its arguments to text (POSIX printf, with
// bash's %q, %b and %(FORMAT)T).
//
// The format is used again while arguments remain. Missing arguments are empty
// text and 0. What is wrong with an argument is told, and formatting goes on
// with what could be read of it; a wrong conversion ends it. Widths and
// precisions of text count characters, not bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace weir::kernel {

struct PrintfTimes {
  int64_t now = 0;          // seconds since the epoch: %(…)T of -1 or without argument
  int64_t shell_start = 0;  // %(…)T of -2
};

struct PrintfResult {
  std::string text;                 // to be printed, also where there are errors
  std::vector<std::string> errors;  // one line each; any means exit 1
  bool wrong_format = false;        // the last error is about the format itself: misuse
};

PrintfResult format_printf(std::string_view format, std::span<const Value> arguments,
                           const PrintfTimes& times = {});

}  // namespace weir::kernel
