// DirectoryCache: keeps what cargo said about its directories, one file for each question.
//
// The file names the whole question and the state of every file that the answer may depend on:
// configuration and manifests upward, the toolchain's settings, the program. Anything that
// differs, and anything unreadable, is a question asked again. Used by target_directory.cpp only.
#pragma once

#include <optional>
#include <string>

#include "gate/program_output.h"
#include "gate/routes/target_directory.h"

namespace weir::gate {

class DirectoryCache {
 public:
  /// `directory` may be empty: then nothing is kept. `manifest` is the one in use.
  DirectoryCache(std::string directory, const ProgramCall& question, const std::string& manifest);

  std::optional<CargoDirectories> read() const;
  /// Replaces the file at once; what fails is not kept.
  void write(const CargoDirectories& answer) const;

 private:
  std::string path_;  // empty: nothing is kept
  std::string key_;   // the question and the state of the files
};

}  // namespace weir::gate
