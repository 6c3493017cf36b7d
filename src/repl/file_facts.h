// FileFacts: which commands and paths exist, found out beside the loop.
//
// A question is answered with what is known; what is not known yet is looked up
// on the thread pool, so a slow file system delays no key, and on_news is called when
// answers came. What was learned is kept until forget(): the editor calls it before each line.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "loop/loop.h"

namespace weir::repl {

class FileFacts {
 public:
  explicit FileFacts(loop::Loop& loop, std::function<void()> on_news)
      : loop_(loop), on_news_(std::move(on_news)), tasks_(loop) {}

  /// Whether the path is there; relative ones are looked for in `directory`. Nothing: not known
  /// yet.
  std::optional<bool> exists(std::string_view path, std::string_view directory);
  /// Whether a file of PATH has this name. Nothing: its directories were not read yet.
  std::optional<bool> is_command(std::string_view name, std::string_view search_path);
  /// Names of all files in the directories of PATH; empty until they were read.
  const std::unordered_set<std::string>& commands() const { return commands_; }

  /// Paths are looked at anew; the directories of PATH are read again when one has changed.
  void forget();
  loop::Task<void> join() { return tasks_.join(); }

 private:
  loop::Task<void> look_up();
  loop::Task<void> read_directories(std::string search_path);

  loop::Loop& loop_;
  std::function<void()> on_news_;
  loop::TaskGroup tasks_;
  std::unordered_map<std::string, std::optional<bool>> paths_;
  std::vector<std::string> asked_;
  bool is_looking_ = false;
  std::unordered_set<std::string> commands_;
  std::optional<std::string> read_path_;  // the PATH that commands_ is of
  std::string read_times_;                // when its directories had changed then
  bool is_reading_ = false;
  bool is_stale_ = true;
};

}  // namespace weir::repl
