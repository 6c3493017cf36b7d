// Gate: a FIFO below HOME that `tty_report --stay NAME` waits at, so that a case says when a
// program goes on.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "pty/pty_session.h"

namespace weir::test {

class Gate {
 public:
  Gate(const PtySession& shell, const std::string& name = "gate") : path_(shell.home() / name) {
    ::mkfifo(path_.c_str(), 0600);
  }
  /// Lets who waits go on, or the next who comes. Once: another one may find what is left of it.
  void release() const { std::ofstream(path_) << "\n"; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace weir::test
