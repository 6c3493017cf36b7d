// AnswerCache: keeps what cargo said to a question, one file for each question.
//
// The file names the whole question and the state of every file that the answer may depend on:
// configuration and manifests upward, the toolchain's settings, the program. Anything that
// differs, and anything unreadable, is a question asked again. Used by target_directory.cpp and
// cargo_config.cpp only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gate/program_output.h"

namespace weir::gate {

class AnswerCache {
 public:
  /// `directory` may be empty: then nothing is kept. `manifest` is the one in use; empty when the
  /// answer depends on none.
  AnswerCache(std::string directory, const ProgramCall& question, const std::string& manifest);

  std::optional<std::vector<std::string>> read() const;
  /// Replaces the file at once; what fails is not kept. REQUIRES: no NUL in the parts.
  void write(const std::vector<std::string>& answer) const;

 private:
  std::string path_;  // empty: nothing is kept
  std::string key_;  // the question and the state of the files
};

}  // namespace weir::gate
