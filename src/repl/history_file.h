// HistoryFile: the file that all live shells write their history to. Blocking: for the thread pool.
//
// Every line is one write with O_APPEND under a lock, so lines of several shells never
// mix; a line that broke off (a full disk, a crash) is ended before the next one.
// Removing writes the file anew beside it and renames; who appends or reads
// notices that it is another file. Private to the user (0600, its folder 0700).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::repl {

class HistoryFile {
 public:
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  Result<void> append(std::string_view lines) const;

  struct News {
    std::string lines;  // whole lines only
    bool begins_anew = false;  // another file: what was read before no longer holds
  };
  /// What was written since the last call. A file that is not there is empty.
  Result<News> read_news();
  /// Keeps the lines that `keeps` says, in their order.
  Result<void> rewrite(const std::function<bool(std::string_view line)>& keeps) const;

 private:
  Result<UniqueFd> open_locked() const;

  std::string path_;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  size_t offset_ = 0;
};

}  // namespace weir::repl
