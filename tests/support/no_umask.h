// NoUmask: the umask 0 that the process of a shell keeps: each file gets the mode that is asked
// for. For tests of what makes files; the old one comes back with the end of the value.
#pragma once

#include <sys/stat.h>

namespace weir::test {

class NoUmask {
 public:
  NoUmask() : before_(::umask(0)) {}
  ~NoUmask() { ::umask(before_); }
  NoUmask(const NoUmask&) = delete;
  NoUmask& operator=(const NoUmask&) = delete;

 private:
  mode_t before_;
};

}  // namespace weir::test
