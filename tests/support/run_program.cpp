#include "support/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {  // glibc 2.36 forgets it
#include <sys/pidfd.h>
}

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace weir::test {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long after the program's end its output may stay open: whatever it leaves behind on purpose
// has its own descriptors, so this only bounds a failure.
constexpr milliseconds kDrainTime{5'000};
constexpr size_t kMaxOutput = 64 << 20;

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { close(); }

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read;
  Fd write;

  bool make() {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return false;
    read = Fd(fds[0]);
    write = Fd(fds[1]);
    return true;
  }
};

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string code_text(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return std::to_string(WEXITSTATUS(status));
}

// One child, its pipes and the loop that serves them until it ended and closed its output.
class Child {
 public:
  explicit Child(const ProgramRun& run) : run_(run) {}

  ProgramEnd run() {
    if (!make_pipes() || !spawn()) return std::move(end_);
    deadline_ = Clock::now() + run_.timeout;
    while (running() || out_.read.open() || err_.read.open()) {
      if (!serve()) break;
    }
    finish();
    return std::move(end_);
  }

 private:
  bool fail(const char* what, int error) {
    end_.error = std::string(what) + ": " + std::strerror(error);
    return false;
  }

  bool make_pipes() {
    const bool made =
        out_.make() && (run_.merge_streams || err_.make()) && (!run_.std_in || in_.make());
    return made || fail("pipe", errno);
  }

  bool spawn() {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (run_.std_in) {
      posix_spawn_file_actions_adddup2(&actions, in_.read.get(), 0);
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_adddup2(&actions, out_.write.get(), 1);
    posix_spawn_file_actions_adddup2(&actions,
                                     run_.merge_streams ? out_.write.get() : err_.write.get(), 2);
    posix_spawn_file_actions_addchdir_np(&actions, run_.directory.c_str());

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes, &all);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    const std::vector<char*> argv = c_strings(run_.argv);
    const std::vector<char*> environment = c_strings(run_.environment);
    const int error =
        ::posix_spawn(&pid_, argv[0], &actions, &attributes, argv.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return fail(run_.argv[0].c_str(), error);
    in_.read.close();
    out_.write.close();
    err_.write.close();
    if (in_.write.open()) ::fcntl(in_.write.get(), F_SETFL, O_NONBLOCK);
    process_ = Fd(::pidfd_open(pid_, 0));
    return process_.open() || fail("pidfd_open", errno);
  }

  bool running() const { return process_.open(); }

  // Waits for one event and handles all that are ready. False: give up.
  bool serve() {
    pollfd fds[4] = {{process_.get(), POLLIN, 0},
                     {out_.read.get(), POLLIN, 0},
                     {err_.read.get(), POLLIN, 0},
                     {in_.write.get(), POLLOUT, 0}};
    const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now());
    const int ready = ::poll(fds, 4, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready < 0 && errno != EINTR) return fail("poll", errno);
    if (ready == 0) {
      (running() ? end_.timed_out : end_.left_open) = true;
      return false;
    }
    if (fds[0].revents) reap();
    if (fds[1].revents) take(out_.read, end_.out);
    if (fds[2].revents) take(err_.read, end_.err);
    if (fds[3].revents) give();
    return end_.error.empty();
  }

  void reap() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    end_.code = code_text(status);
    process_.close();
    deadline_ = std::min(deadline_, Clock::now() + kDrainTime);
  }

  void take(Fd& from, std::string& into) {
    char buffer[65536];
    const ssize_t n = ::read(from.get(), buffer, sizeof buffer);
    if (n > 0) {
      into.append(buffer, static_cast<size_t>(n));
      if (into.size() > kMaxOutput) end_.error = "it wrote more than 64 MiB";
    } else if (n == 0 || errno != EINTR) {
      from.close();
    }
  }

  void give() {
    const std::string_view rest = std::string_view(*run_.std_in).substr(given_);
    const ssize_t n = rest.empty() ? 0 : write_quietly(in_.write.get(), rest);
    if (n > 0) given_ += static_cast<size_t>(n);
    if (given_ == run_.std_in->size() || (n < 0 && errno != EAGAIN && errno != EINTR)) {
      in_.write.close();
    }
  }

  // write(2) without SIGPIPE: blocked in this thread, and taken off again when it was raised.
  static ssize_t write_quietly(int fd, std::string_view text) {
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const ssize_t n = ::write(fd, text.data(), text.size());
    const int error = errno;
    const timespec now = {0, 0};
    if (n < 0 && error == EPIPE) ::sigtimedwait(&pipe_signal, nullptr, &now);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return n;
  }

  // Whatever still runs of the program's process group goes now, also after a good end.
  void finish() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    if (running()) reap();
  }

  const ProgramRun& run_;
  ProgramEnd end_;
  Pipe in_, out_, err_;
  pid_t pid_ = -1;
  Fd process_;
  size_t given_ = 0;
  Clock::time_point deadline_;
};

}  // namespace

ProgramEnd run_program(const ProgramRun& run) { return Child(run).run(); }

}  // namespace weir::test
