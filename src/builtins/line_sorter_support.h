// LineSorter: lines of text in the order of their bytes, for sort-by without fields.
//
// Lines lie in large blocks, not in values of their own, and most comparisons are decided by
// eight bytes beside the line's place. Equal lines cannot be told apart, so order among them
// does not matter. sort() touches nothing but the lines: it may run on the thread pool.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::builtins {

class LineSorter {
 public:
  /// Text as it comes, wherever it is cut.
  void add(std::string_view piece);
  /// A last line that has no newline is a line, too. Call before the lines are looked at.
  void end_text();

  size_t size() const { return lines_.size(); }
  std::string_view line(size_t i) const { return {lines_[i].text, lines_[i].size}; }

  /// False when `cancelled` became true.
  bool sort(const std::atomic<bool>& cancelled);

 private:
  struct Line {
    uint64_t prefix;
    const char* text;
    size_t size;
  };
  void keep(std::string_view line);
  size_t common_beginning() const;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t room_ = 0;
  std::vector<Line> lines_;
  std::string begun_;  // the line that the last piece ended in
};

}  // namespace weir::builtins
