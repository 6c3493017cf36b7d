// KillRing: what was cut, newest first, for yank and yank-pop. Lives as long as the editor.
#pragma once

#include <deque>
#include <string>

namespace weir::repl {

class KillRing {
 public:
  enum class Join : uint8_t { none, after, before };  // to the newest: kills in a row are one

  void add(std::string text, Join join) {
    if (text.empty()) return;
    if (join == Join::none || cut_.empty()) {
      cut_.push_front(std::move(text));
      if (cut_.size() > kMax) cut_.pop_back();
    } else if (join == Join::after) {
      cut_.front() += text;
    } else {
      cut_.front().insert(0, text);
    }
    at_ = 0;
  }
  bool empty() const { return cut_.empty(); }
  /// REQUIRES: not empty.
  const std::string& current() const { return cut_[at_]; }
  /// The one that was cut before; after the oldest the newest again.
  void rotate() { at_ = (at_ + 1) % cut_.size(); }

 private:
  static constexpr size_t kMax = 60;
  std::deque<std::string> cut_;
  size_t at_ = 0;
};

}  // namespace weir::repl
