// Any bytes as a whole unit: parsed, checked and run, with programs, writes and signals off.
// No crash, no hang beyond the time limit, and a code as $? can have it.
#include <unistd.h>

#include <cstdlib>

#include "kernel/kernel.h"

using namespace weir;

namespace {

/// An empty directory: what a text reads by chance is not the tree.
void leave_the_tree() {
  std::string path = "/tmp/weir-unit-fuzz-XXXXXX";
  if (!::mkdtemp(path.data()) || ::chdir(path.c_str()) != 0) std::abort();
  ::rmdir(path.c_str());
}

KernelOptions confined() {
  KernelOptions options;
  options.inherit_environment = false;
  options.arguments = {"one", "two words", ""};
  options.keep = 64 * 1024;
  options.confined = true;
  options.time_limit = std::chrono::milliseconds(100);
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  Kernel::ignore_sigpipe();
  leave_the_tree();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Kernel kernel(confined());
  const ExecResult result = kernel.execute(std::string(reinterpret_cast<const char*>(data), size));
  if (result.code < 0 || result.code > 255) std::abort();
  if (result.out.size() > 64 * 1024 || result.err.size() > 64 * 1024) std::abort();
  return 0;
}
