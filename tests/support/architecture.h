// Who may include whom in src: the check behind the architecture test.
//
// Reads #include lines as text, so it needs no compiler and sees every file, also one that is not
// built. It takes the files as values so that its own tests can give it bad ones.
#pragma once

#include <string>
#include <vector>

namespace weir::test {

struct SourceFile {
  std::string path;  // from src/: "scheduler/reaper.h"
  std::string text;
};

/// Every .h and .cpp under the checkout's src, sorted by path.
std::vector<SourceFile> read_sources();

/// One line for each forbidden include, unknown folder or file, and circle; empty when all is well.
std::vector<std::string> architecture_problems(const std::vector<SourceFile>& files);

}  // namespace weir::test
