// CommandIndex: the commands of PATH, as far as they are known.
//
// Asked by the highlighter for each word and by completion. Directories are read beside the loop,
// one look at a time, and again only when their modification time has changed. What was known
// stays known meanwhile, so an answer is there at once but for the first time.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/loop.h"

namespace weir::repl {

class CommandIndex {
 public:
  using Names = std::vector<std::string>;

  /// `on_news` is called when a look has found something else than was known.
  CommandIndex(loop::Loop& loop, std::function<void()> on_news)
      : loop_(loop), on_news_(std::move(on_news)), tasks_(loop), looked_(loop) {}

  /// Whether PATH has this command. Nothing: its directories were not read yet.
  std::optional<bool> knows(std::string_view name, const std::string& path);
  /// Sorted, each once, after a look at what has changed; the look that runs at the moment is
  /// enough. An error only when cancelled.
  loop::Task<Result<const Names*>> names(std::string path, loop::CancelToken token);

  /// The next question looks at the directories anew.
  void forget() { is_stale_ = true; }
  loop::Task<void> join() { return tasks_.join(); }

 private:
  struct Directory {
    int64_t modified = -1;  // nanoseconds; -1: not there
    Names names;
    friend bool operator==(const Directory&, const Directory&) = default;
  };
  using Directories = std::map<std::string, Directory>;

  void look_later(std::string path);
  loop::Task<void> look(std::string path);
  static Directories read(const std::string& path, const Directories& known);

  loop::Loop& loop_;
  std::function<void()> on_news_;
  loop::TaskGroup tasks_;
  loop::Event looked_;  // pulsed at the end of each look
  Directories directories_;
  Names names_;
  std::optional<std::string> path_;  // the PATH that names_ is of
  bool is_looking_ = false;
  bool is_stale_ = true;
};

}  // namespace weir::repl
