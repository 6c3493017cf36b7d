#include "gate/program_output.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "base/unique_fd.h"

namespace weir::gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxOutput = size_t{64} << 20;

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// The signals' mask and the dispositions that a shell sets must not reach the program.
void restore_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

Result<pid_t> start(const ProgramCall& call, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (!call.directory.empty())
    ::posix_spawn_file_actions_addchdir_np(&actions, call.directory.c_str());
  restore_signals(attributes);
  pid_t pid = -1;
  const int failure =
      ::posix_spawn(&pid, call.program.c_str(), &actions, &attributes,
                    pointers_to(call.words).data(), pointers_to(call.environment).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return fail(Error::from_errno(failure, call.program));
  return pid;
}

/// All until the end of the stream.
Result<std::string> read_output(int fd, Clock::time_point deadline) {
  std::string text;
  char buffer[65536];
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return fail(ErrorKind::limit, "it takes too long");
    pollfd wanted{fd, POLLIN, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return fail(Error::from_errno(errno, "poll"));
    if (ready <= 0) continue;
    const ssize_t size = ::read(fd, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(Error::from_errno(errno, "read"));
    if (size == 0) return text;
    text.append(buffer, static_cast<size_t>(size));
    if (text.size() > kMaxOutput) return fail(ErrorKind::limit, "it writes too much");
  }
}

}  // namespace

Result<std::string> program_output(const ProgramCall& call) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe"));
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const auto deadline = Clock::now() + call.limit;
  auto pid = start(call, writer.get());
  if (!pid) return fail(std::move(pid.error()));
  writer.reset();
  auto text = read_output(reader.get(), deadline);
  if (!text) ::kill(*pid, SIGKILL);
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!text) return fail(text.error().kind, call.program + ": " + text.error().message);
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    return fail(ErrorKind::not_found, call.program + " has no answer");
  if (status != 0) return fail(ErrorKind::io, call.program + " failed");
  return text;
}

}  // namespace weir::gate
