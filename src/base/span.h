// A stretch of source text, in bytes. Positions are offsets into the text of
// one unit (a file, a -c string, an entry); line and column are computed only
// when a message is printed.
#pragma once

#include <cstdint>

namespace weir {

struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;  // one past the last byte

  friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace weir
