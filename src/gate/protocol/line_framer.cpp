#include "gate/protocol/line_framer.h"

#include <fmt/format.h>

namespace weir::gate::protocol {

void LineFramer::feed(std::string_view bytes) {
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = scanned_ = 0;
  } else if (begin_ > buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  buffer_.append(bytes);
}

Result<std::optional<std::string>> LineFramer::next() {
  for (;;) {
    const size_t end = buffer_.find('\n', scanned_);
    const size_t size = (end == std::string::npos ? buffer_.size() : end) - begin_;
    if (size > max_line_) {
      return fail(ErrorKind::limit, fmt::format("a message is longer than {} bytes", max_line_));
    }
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      return std::nullopt;
    }
    std::string line = buffer_.substr(begin_, size);
    begin_ = scanned_ = end + 1;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) return line;
  }
}

}  // namespace weir::gate::protocol
