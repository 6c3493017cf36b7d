// CommandIndex: the commands of PATH, as far as they are known.
//
// Directories are read on the thread pool and again only when their modification time has
// changed. What was known stays known meanwhile, so an answer is there at once but
// for the first time.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/shell.h"
#include "loop/loop.h"

namespace weir::repl {

class CommandIndex {
 public:
  using Names = std::vector<std::string>;

  /// Reads what has changed in the directories of `path`. An error only when cancelled.
  loop::Task<Result<void>> refresh(kernel::Shell& shell, std::string path, loop::CancelToken token);
  /// Sorted, each once.
  const Names& names() const { return *names_; }
  bool knows(std::string_view name) const;
  bool is_filled() const { return is_filled_; }

 private:
  struct Directory {
    int64_t modified = -1;  // nanoseconds; -1: not there
    Names names;
  };
  using Directories = std::map<std::string, Directory>;
  struct Scan;
  static Scan scan(const std::string& path, const Directories& known);

  // shared: a scan on the pool reads the former state while a newer one may come
  std::shared_ptr<const Directories> directories_ = std::make_shared<Directories>();
  std::shared_ptr<const Names> names_ = std::make_shared<Names>();
  bool is_filled_ = false;
};

}  // namespace weir::repl
