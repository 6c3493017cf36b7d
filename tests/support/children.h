// Children for tests: spawn() with words, descriptors made for the purpose, and
// the pipes to talk to them.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "scheduler/process_status.h"
#include "scheduler/spawn.h"

namespace weir::test {

/// The shell ignores SIGPIPE from its start; a test that writes to pipes has to, too.
inline void ignore_sigpipe() { ::signal(SIGPIPE, SIG_IGN); }

struct TestPipe {
  TestPipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  UniqueFd reader, writer;
};

/// All that comes until the end of the stream.
inline std::string read_all(int fd) {
  std::string all;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return all;
    all.append(buffer, static_cast<size_t>(n));
  }
}

inline Result<pid_t> spawn_words(std::vector<std::string> words,
                                 const std::function<void(scheduler::SpawnSpec&)>& adjust = {}) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string path = "PATH=/usr/bin:/bin";
  char* environment[] = {path.data(), nullptr};
  scheduler::SpawnSpec spec;
  spec.path = words[0].c_str();
  spec.argv = argv;
  spec.environment = environment;
  if (adjust) adjust(spec);
  return scheduler::spawn(spec);
}

inline scheduler::ProcessStatus wait_blocking(pid_t pid) {
  int raw = 0;
  while (::waitpid(pid, &raw, 0) < 0 && errno == EINTR) {
  }
  return scheduler::ProcessStatus(raw);
}

/// What `sh -c SCRIPT` prints, run with `adjust`; descriptor 1 is the test's.
inline std::string output_of_sh(const std::string& script,
                                const std::function<void(scheduler::SpawnSpec&)>& adjust = {}) {
  TestPipe out;
  std::vector<scheduler::FdMapping> fds;
  auto pid = spawn_words({"/bin/sh", "-c", script}, [&](scheduler::SpawnSpec& spec) {
    if (adjust) adjust(spec);
    fds.assign(spec.fds.begin(), spec.fds.end());
    fds.push_back({1, out.writer.get()});
    spec.fds = fds;
  });
  out.writer.reset();
  if (!pid) return "not spawned: " + pid.error().message;
  std::string all = read_all(out.reader.get());
  wait_blocking(*pid);
  return all;
}

}  // namespace weir::test
