// run_program: runs one program to its end and tells all that it did.
//
// For tests that drive the real weir from outside. The child gets its own session, so that a hung
// one and everything it started can be killed; its environment is exactly what is given. Nothing
// here throws for what the program does; a program that cannot be started is an `error`.
// Safe to call from several threads.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weir::test {

struct ProgramRun {
  std::vector<std::string> argv;         // argv[0] is the path of the program
  std::vector<std::string> environment;  // "NAME=value"
  std::filesystem::path directory;
  std::optional<std::string> std_in;  // absent: /dev/null; else a pipe that gives this text
  bool merge_streams = false;         // stderr goes where stdout goes, in order
  std::chrono::milliseconds timeout{60'000};
};

struct ProgramEnd {
  std::string out;
  std::string err;
  std::string code;       // "0", "1", … or "signal 11"
  bool timed_out = false;  // it was killed when its time was over
  bool left_open = false;  // it ended, but something it started kept its output open
  std::string error;      // why it could not be run; empty when it was
};

ProgramEnd run_program(const ProgramRun& run);

}  // namespace weir::test
