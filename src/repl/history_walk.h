// HistoryWalk: going through earlier entries with Up and Down, from what is typed so far.
//
// Entries that hold the typed text count, each text once. Going back beyond the
// newest one gives the typed text again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir::repl {

class HistoryWalk {
 public:
  /// `entries` from oldest to newest.
  HistoryWalk(std::vector<std::string> entries, std::string typed)
      : entries_(std::move(entries)), typed_(std::move(typed)), at_(entries_.size()) {}

  /// The next older entry; nothing at the end.
  const std::string* older() {
    for (size_t i = at_; i-- > 0;) {
      if (!fits(entries_[i])) continue;
      visited_.push_back(at_);
      at_ = i;
      return &entries_[i];
    }
    return nullptr;
  }
  /// The next newer one, in the end the typed text; nothing when that is shown.
  const std::string* newer() {
    if (visited_.empty()) return nullptr;
    at_ = visited_.back();
    visited_.pop_back();
    return at_ == entries_.size() ? &typed_ : &entries_[at_];
  }
  const std::string& typed() const { return typed_; }

 private:
  bool fits(const std::string& entry) const {
    const std::string& shown = at_ == entries_.size() ? typed_ : entries_[at_];
    if (entry == shown || entry.find(typed_) == std::string::npos) return false;
    for (const size_t i : visited_) {
      if (i < entries_.size() && entries_[i] == entry) return false;
    }
    return true;
  }

  std::vector<std::string> entries_;
  std::string typed_;
  size_t at_;                     // entries_.size(): the typed text
  std::vector<size_t> visited_;   // where it has been, newest first
};

}  // namespace weir::repl
