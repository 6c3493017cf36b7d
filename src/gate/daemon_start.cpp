#include "gate/daemon_start.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "base/private_directory.h"
#include "gate/lock_files.h"
#include "gate/process_identity.h"
#include "gate/protocol/unix_socket.h"

namespace weir::gate {

namespace {

constexpr Duration kLookAgainAfter{5};
constexpr mode_t kPrivateFile = S_IRUSR | S_IWUSR;
constexpr int kMostLaunches = 3;
constexpr off_t kLargestLog = 1 << 20;
constexpr int kReadyFd = 3;  // the daemon says there what has become of it

bool somebody_listens(const Places& places) {
  const auto socket = protocol::connect_to(places.socket());
  return socket.has_value() || socket.error().sys == EAGAIN;
}

/// The lock of starters. Whoever held it before may have started one: then there is nothing to do.
Result<UniqueFd> lock_start(const Places& places, Instant deadline) {
  UniqueFd lock(::open(places.start_lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivateFile));
  if (!lock) return fail(Error::from_errno(errno, places.start_lock()));
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail(Error::from_errno(errno, places.start_lock()));
    }
    if (instant_now() >= deadline) {
      return fail(ErrorKind::limit,
                  "another client has been starting the gate daemon for too long");
    }
    std::this_thread::sleep_for(kLookAgainAfter);
  }
  return lock;
}

/// All that the child needs, made before fork(): between fork and exec nothing is allocated.
struct Launch {
  std::string weir;
  std::vector<std::string> environment;
  std::vector<char*> environment_pointers;
  UniqueFd nothing;  // /dev/null
  UniqueFd log;
  UniqueFd ready;    // the pipe's end for the daemon
};

/// What belongs to the command that starts the daemon and not to it.
bool is_of_a_command(std::string_view variable) {
  constexpr std::string_view kDropped[] = {
      "GATE_LEASE=", "GATE_HOLDER=",    "CARGO_MAKEFLAGS=", "MAKEFLAGS=",
      "MFLAGS=",     "MAKELEVEL=",      "NOTIFY_SOCKET=",   "LISTEN_PID=",
      "LISTEN_FDS=", "LISTEN_FDNAMES=", "WEIR_AGENT="};
  return std::ranges::any_of(kDropped, [&](auto name) { return variable.starts_with(name); });
}

/// The log stays small: when a daemon starts, what is large becomes the one old log.
void turn_log(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || info.st_size < kLargestLog) return;
  (void)std::rename(path.c_str(), (path + ".1").c_str());
}

Result<Launch> prepare(const Places& places, const std::string& weir) {
  Launch launch{.weir = weir};
  for (char** entry = ::environ; *entry; ++entry) {
    if (!is_of_a_command(*entry)) launch.environment.emplace_back(*entry);
  }
  for (std::string& entry : launch.environment) {
    launch.environment_pointers.push_back(entry.data());
  }
  launch.environment_pointers.push_back(nullptr);
  launch.nothing = UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!launch.nothing) return fail(Error::from_errno(errno, "/dev/null"));
  turn_log(places.log());
  launch.log = UniqueFd(
      ::open(places.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kPrivateFile));
  if (!launch.log) launch.log = UniqueFd(::dup(launch.nothing.get()));  // a full disk, say
  return launch;
}

/// In the grandchild. Only async-signal-safe calls.
[[noreturn]] void become_daemon(Launch& launch) {
  const int null = ::fcntl(launch.nothing.get(), F_DUPFD, 10);
  const int log = ::fcntl(launch.log.get(), F_DUPFD, 10);
  const int ready = ::fcntl(launch.ready.get(), F_DUPFD, 10);
  ::dup2(null, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::dup2(ready, kReadyFd);
  ::close_range(kReadyFd + 1, ~0U, 0);
  (void)!::chdir("/");
  ::umask(S_IRWXG | S_IRWXO);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const char* const argv[] = {"weir", "-c", "gate serve --ready-fd 3", nullptr};
  ::execve(launch.weir.c_str(), const_cast<char**>(argv), launch.environment_pointers.data());
  ::_exit(127);
}

/// Forks twice; the middle process ends at once and is reaped here.
Result<void> launch_detached(Launch& launch) {
  const pid_t child = ::fork();
  if (child < 0) return fail(Error::from_errno(errno, "fork"));
  if (child == 0) {
    ::setsid();
    const pid_t grandchild = ::fork();
    if (grandchild == 0) become_daemon(launch);
    ::_exit(grandchild < 0 ? 1 : 0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {};
}

bool is_held(const std::string& lock_file) {
  const auto lock = try_lock_file(lock_file);
  return lock && !*lock;
}

/// False: ours has given way to one that has ended meanwhile, and another is to be started.
Result<bool> wait_until_ready(int fd, const Places& places, Instant deadline) {
  for (;;) {
    pollfd wait{fd, POLLIN, 0};
    const auto left = std::max<std::int64_t>((deadline - instant_now()).count(), 0);
    const int ready = ::poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return fail(ErrorKind::limit, "the gate daemon did not start in time");
    break;
  }
  char word = 0;
  const bool has_spoken = ::read(fd, &word, 1) == 1;
  if (has_spoken && word == kListens) return true;
  // One that a starter has left behind when it was killed may be on its way; or one that was
  // killed has not quite ended.
  while (!somebody_listens(places)) {
    const bool is_other_there = is_held(places.daemon_lock());
    if (instant_now() >= deadline || (!is_other_there && !has_spoken)) {
      return fail(ErrorKind::not_found,
                  "the gate daemon could not start; " + places.log() + " says why");
    }
    if (!is_other_there) return false;
    std::this_thread::sleep_for(kLookAgainAfter);
  }
  return true;
}

/// As wait_until_ready().
Result<bool> launch_daemon(const Places& places, const std::string& weir, Instant deadline) {
  auto launch = prepare(places, weir);
  if (!launch) return fail(std::move(launch.error()));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe"));
  const UniqueFd reader(ends[0]);
  launch->ready = UniqueFd(ends[1]);
  if (auto launched = launch_detached(*launch); !launched) return fail(std::move(launched.error()));
  launch->ready.reset();
  return wait_until_ready(reader.get(), places, deadline);
}

}  // namespace

Result<void> start_daemon(const Places& places, const std::string& weir, Duration limit) {
  const Instant deadline = instant_now() + limit;
  if (auto made = make_private_directory(places.run); !made) return made;
  (void)make_private_directory(places.state);  // only the log and the store need it
  auto lock = lock_start(places, deadline);
  if (!lock) return fail(std::move(lock.error()));
  if (somebody_listens(places)) return {};
  for (int launches = 1;; ++launches) {
    auto is_ready = launch_daemon(places, weir, deadline);
    if (is_ready && *is_ready) return {};
    // One that was killed while it started says nothing of the next.
    const bool is_last = launches >= kMostLaunches || instant_now() >= deadline;
    if (!is_ready && is_last) return fail(std::move(is_ready.error()));
  }
}

}  // namespace weir::gate
