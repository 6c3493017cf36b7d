// bench_idle SECONDS WORD...: starts an interactive program on a terminal of its own, lets it
// settle, and prints how many times a second it woke up while nothing happened (the context
// switches that the kernel counted, of all its threads). Exit 1 when the program ended.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

// Reads and forgets what the program writes, for so long. False: it hung up.
bool drain(int terminal, std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  while (Clock::now() < end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd ready = {terminal, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(left.count()) + 1) <= 0) continue;
    char buffer[4096];
    if (::read(terminal, buffer, sizeof buffer) <= 0) return false;
  }
  return true;
}

long switches_of_thread(const std::string& status_file) {
  std::ifstream status(status_file);
  long sum = 0;
  for (std::string line; std::getline(status, line);) {
    if (line.find("_ctxt_switches:") == std::string::npos) continue;
    sum += std::atol(line.c_str() + line.find(':') + 1);
  }
  return sum;
}

long switches(pid_t pid) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task/";
  DIR* dir = ::opendir(tasks.c_str());
  if (!dir) return -1;
  long sum = 0;
  while (const dirent* entry = ::readdir(dir)) {
    if (entry->d_name[0] != '.') sum += switches_of_thread(tasks + entry->d_name + "/status");
  }
  ::closedir(dir);
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int seconds = std::max(1, std::atoi(argv[1]));
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    ::execvp(argv[2], argv + 2);
    ::_exit(127);
  }
  const bool settled = pid > 0 && drain(terminal, std::chrono::seconds(2));
  const long before = switches(pid);
  const bool alive = settled && drain(terminal, std::chrono::seconds(seconds));
  const long after = switches(pid);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  if (!alive || before < 0 || after < 0) {
    std::fputs("the program ended\n", stderr);
    return 1;
  }
  std::printf("%.2f\n", static_cast<double>(after - before) / seconds);
}
