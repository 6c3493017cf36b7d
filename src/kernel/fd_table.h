// FdTable: the descriptor numbers of a context and what they refer to.
//
// Virtual: builtins read and write through it, a child gets real descriptors
// made from it. A number that is not listed and was inherited by weir itself
// (beyond 2) is passed on untouched.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "scheduler/open_file.h"

namespace weir::kernel {

class FdTable {
 public:
  /// Null when the number is closed or not listed.
  const scheduler::OpenFilePtr& get(int fd) const;
  bool is_listed(int fd) const;
  void set(int fd, scheduler::OpenFilePtr file);
  void close(int fd);
  /// Everything refers to nothing: lets go of pipes once a child has them.
  void clear();

  struct Entry {
    int fd;
    scheduler::OpenFilePtr file;  // null: closed
  };
  /// 0, 1 and 2 first, then the others in order of number.
  std::vector<Entry> entries() const;
  /// The lowest number from `from` on that is not in use here nor in this process.
  int free_number(int from) const;

 private:
  std::array<scheduler::OpenFilePtr, 3> standard_;
  std::vector<Entry> others_;  // sorted by fd
};

}  // namespace weir::kernel
