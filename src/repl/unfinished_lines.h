// UnfinishedLines: output of several writers, made into whole lines that fit above a prompt.
//
// A line comes out when its end is there, as a terminal would end up showing it: without
// sequences that move the cursor, with its colours. What lacks an end is kept, up to kMaxLine
// bytes.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace weir::repl {

class UnfinishedLines {
 public:
  static constexpr size_t kMaxLine = 4096;

  /// The lines that are whole now, with their newlines.
  std::string add(const void* writer, std::string_view bytes);
  /// The rest of one writer, who is gone; empty or with a newline.
  std::string take(const void* writer);
  /// What all have begun, as it was written, for when the terminal is nobody's.
  std::string take_all();

 private:
  std::map<const void*, std::string> texts_;
};

}  // namespace weir::repl
