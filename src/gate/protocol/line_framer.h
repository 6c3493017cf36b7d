// LineFramer: bytes of a socket to messages, one a line, of at most 16 MiB.
//
// Both sides of the gate's protocol read with it. It holds at most one unfinished line; a longer
// one is refused for good, so that a peer cannot make us hold any amount of memory. Empty lines
// are skipped. Fuzzed by tests/fuzz/gate_protocol_fuzz.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::gate::protocol {

constexpr size_t kMaxMessage = size_t{16} * 1024 * 1024;

class LineFramer {
 public:
  explicit LineFramer(size_t max_line = kMaxMessage) : max_line_(max_line) {}

  void feed(std::string_view bytes);
  /// The next whole line without its newline; nothing when more bytes are needed.
  /// An ErrorKind::limit when a line is too long: the connection cannot be gone on with.
  Result<std::optional<std::string>> next();
  /// Bytes that wait for the rest of their line, or for next().
  size_t held() const { return buffer_.size() - begin_; }

 private:
  size_t max_line_;
  std::string buffer_;
  size_t begin_ = 0;    // what is before was given out
  size_t scanned_ = 0;  // no newline before, from begin_ on
};

}  // namespace weir::gate::protocol
