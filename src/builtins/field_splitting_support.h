// Field splitting for `read` (POSIX 2.6.5 and read): a line into fields by IFS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::builtins {

/// A line after backslashes were taken out: which bytes were escaped is kept,
/// because those never separate fields.
struct InputLine {
  std::string text;
  std::vector<bool> escaped;  // empty: none is

  void append(std::string_view bytes, bool is_escaped);
};

/// At most `max` fields (0: all of them). The last of `max` is the rest of the
/// line as it is, without blanks of IFS at its ends.
std::vector<std::string> split_fields(const InputLine& line, std::string_view ifs, size_t max);

}  // namespace weir::builtins
