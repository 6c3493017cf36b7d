// FileFacts: which paths exist, found out beside the loop.
//
// A question is answered with what is known; what is not known yet is looked up
// on the thread pool, so a slow file system delays no key, and on_news is called when
// answers came. What was learned is kept until forget(): the editor calls it before each line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
  /// Paths are looked at anew.
  void forget();
  loop::Task<void> join() { return tasks_.join(); }

 private:
  loop::Task<void> look_up();

  loop::Loop& loop_;
  std::function<void()> on_news_;
  loop::TaskGroup tasks_;
  std::unordered_map<std::string, std::optional<bool>> paths_;
  std::vector<std::string> asked_;
  bool is_looking_ = false;
};

}  // namespace weir::repl
