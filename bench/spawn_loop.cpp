// bench_spawn_loop COUNT PROGRAM [MEBIBYTES]: starts PROGRAM and waits for it, COUNT times, with
// nothing but posix_spawn: what a shell's loop over an external command is compared with.
// With MEBIBYTES the process first fills that much memory. Prints two clock readings (nanoseconds)
// around the loop.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void print_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::printf("%lld\n", static_cast<long long>(std::chrono::nanoseconds(now).count()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string memory(argc > 3 ? std::strtoull(argv[3], nullptr, 10) << 20 : 0, 'x');
  char* const words[] = {argv[2], nullptr};
  print_clock();
  for (int i = std::atoi(argv[1]); i > 0; --i) {
    pid_t pid = 0;
    int status = 0;
    if (::posix_spawn(&pid, argv[2], nullptr, nullptr, words, environ) != 0) return 1;
    if (::waitpid(pid, &status, 0) != pid || status != 0) return 1;
  }
  print_clock();
  return memory.empty() || memory.back() == 'x' ? 0 : 1;
}
