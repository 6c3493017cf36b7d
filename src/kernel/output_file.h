// OutputFile: the whole of an output of which a result shows only a part.
//
// Made by the agent run (agent_run.h) for stdout and stderr. The file is created, private to the
// user, when the first bytes come, and stays when this object goes: its reader comes later.
// Files of this kind that are older than a day are removed whenever a new one is made. A fault
// (no directory, a full disk) is remembered, never thrown at the program whose output it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace weir::kernel {

class OutputFile {
 public:
  /// `directory` is made when needed; empty: there is no place, which is the fault.
  explicit OutputFile(std::string directory) : directory_(std::move(directory)) {}

  void append(std::string_view bytes);

  bool has_begun() const { return has_begun_; }
  /// The first bytes of it, at most `size`.
  std::string head(size_t size) const;
  const std::string& path() const { return path_; }
  /// Why the file does not hold all that was appended.
  const std::optional<Error>& fault() const { return fault_; }

 private:
  Result<void> create();

  std::string directory_;
  std::string path_;
  UniqueFd fd_;
  bool has_begun_ = false;
  std::optional<Error> fault_;
};

}  // namespace weir::kernel
