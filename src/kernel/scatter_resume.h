// ResumeFile: the rows of earlier runs, and where those of this run are added.
//
// One JSON record a line, as gather writes them. An item is known by its JSON
// text; the last successful row of it counts. Each new row is one O_APPEND write, so
// a run that is killed at any moment loses no row that was finished before. A row
// that was written in part is none.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/unique_fd.h"
#include "loop/loop.h"
#include "scheduler/scatter_gather_runner.h"

namespace weir::kernel {

class ResumeFile {
 public:
  /// Reads `path` (relative to `directory`), made when it is not there. A file with text of which
  /// no line is a row or the beginning of one is refused: it is something else.
  static loop::Task<Result<std::unique_ptr<ResumeFile>>> open(loop::Loop& loop, int directory,
                                                              std::string path, mode_t mode);

  /// The old row with its new index; null where the item has none that succeeded.
  Value known_row(const Value& item, uint64_t index) const;
  Result<void> append(const scheduler::GatherRow& row);

 private:
  ResumeFile(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<void> read();

  UniqueFd fd_;
  std::string path_;
  std::unordered_map<std::string, Value> rows_;  // by the JSON of the item
};

}  // namespace weir::kernel
