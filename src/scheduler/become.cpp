#include "scheduler/become.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace weir::scheduler {

namespace {

// Each of these sets something for the program, and its destructor puts back what was before.

/// As execve leaves them to the program, before it: a handler would write to the shell's own pipe,
/// whose number may belong to the program by then.
class ProgramSignals {
 public:
  explicit ProgramSignals(const sigset_t* ignored) {
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction action{};
      const bool ignore = ignored != nullptr && ::sigismember(ignored, signal) == 1;
      action.sa_handler = ignore ? SIG_IGN : SIG_DFL;
      Before& before = before_[static_cast<size_t>(signal)];
      before.is_known = ::sigaction(signal, &action, &before.action) == 0;
    }
  }
  ~ProgramSignals() {
    for (int signal = 1; signal < NSIG; ++signal) {
      const Before& before = before_[static_cast<size_t>(signal)];
      if (before.is_known) ::sigaction(signal, &before.action, nullptr);
    }
    ::kill(::getpid(), SIGCHLD);  // the end of a child that nobody heard of meanwhile
  }
  ProgramSignals(const ProgramSignals&) = delete;
  ProgramSignals& operator=(const ProgramSignals&) = delete;

 private:
  struct Before {
    bool is_known = false;
    struct sigaction action{};
  };
  std::array<Before, NSIG> before_;
};

class ProgramDirectory {
 public:
  ProgramDirectory() : before_(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
  ~ProgramDirectory() {
    if (before_) [[maybe_unused]]
      const int done = ::fchdir(before_.get());
  }
  ProgramDirectory(const ProgramDirectory&) = delete;
  ProgramDirectory& operator=(const ProgramDirectory&) = delete;

  Result<void> enter(int directory) {
    if (directory < 0 || ::fchdir(directory) == 0) return {};
    return fail(Error::from_errno(errno, "cannot enter the working directory"));
  }

 private:
  const UniqueFd before_;
};

class ProgramDescriptors {
 public:
  explicit ProgramDescriptors(const SpawnSpec& spec) : spec_(spec) {}
  ~ProgramDescriptors() {
    for (const Place& place : replaced_) {
      if (place.before)
        ::dup3(place.before.get(), place.number, place.flags & FD_CLOEXEC ? O_CLOEXEC : 0);
      else
        ::close(place.number);
    }
    for (const int number : dropped_) ::fcntl(number, F_SETFD, 0);
  }
  ProgramDescriptors(const ProgramDescriptors&) = delete;
  ProgramDescriptors& operator=(const ProgramDescriptors&) = delete;

  Result<void> place() {
    // What one number is to refer to may be at another that is about to be replaced.
    std::vector<UniqueFd> sources;
    for (const FdMapping& mapping : spec_.fds) {
      sources.push_back(copy_aside(mapping.parent));
      if (!sources.back()) return failed(mapping.parent);
    }
    for (size_t i = 0; i < sources.size(); ++i) {
      const int number = spec_.fds[i].child;
      if (!put(sources[i].get(), number)) return failed(number);
    }
    for (const int number : spec_.closed) drop(number);
    return {};
  }

 private:
  struct Place {
    int number;
    int flags;
    UniqueFd before;  // none: it was closed
  };

  static Result<void> failed(int number) {
    return fail(Error::from_errno(errno, "descriptor " + std::to_string(number)));
  }

  bool is_target(int number) const {
    return std::ranges::find(spec_.fds, number, &FdMapping::child) != spec_.fds.end();
  }

  /// At a number that the program does not have; none, with errno, where there is none.
  UniqueFd copy_aside(int fd) const {
    for (int from = 3;;) {
      UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, from));
      if (!copy || !is_target(copy.get())) return copy;
      from = copy.get() + 1;
    }
  }

  bool put(int source, int number) {
    Place place{number, ::fcntl(number, F_GETFD), {}};
    if (place.flags >= 0) {
      place.before = copy_aside(number);
      if (!place.before) return false;
    }
    if (::dup2(source, number) < 0) return false;
    replaced_.push_back(std::move(place));
    return true;
  }

  /// The exec closes it. This process's own, which are close-on-exec, are none of the program's.
  void drop(int number) {
    const int flags = ::fcntl(number, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) || is_target(number)) return;
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    dropped_.push_back(number);
  }

  const SpawnSpec& spec_;
  std::vector<Place> replaced_;
  std::vector<int> dropped_;
};

class ProgramLimits {
 public:
  ProgramLimits() = default;
  ~ProgramLimits() {
    for (const auto& [resource, before] : before_) put_back(resource, before);
  }
  ProgramLimits(const ProgramLimits&) = delete;
  ProgramLimits& operator=(const ProgramLimits&) = delete;

  Result<void> set(std::span<const std::pair<int, rlimit>> limits) {
    for (const auto& [number, limit] : limits) {
      const auto resource = static_cast<__rlimit_resource>(number);
      rlimit before{};
      if (::getrlimit(resource, &before) != 0 || ::setrlimit(resource, &limit) != 0)
        return fail(Error::from_errno(errno, "cannot set a limit"));
      before_.emplace_back(resource, before);
    }
    return {};
  }

 private:
  static void put_back(__rlimit_resource resource, rlimit before) {
    if (::setrlimit(resource, &before) == 0) return;
    rlimit now{};  // a hard limit is lowered for good: as much as there is below it
    if (::getrlimit(resource, &now) != 0) return;
    now.rlim_cur = std::min(before.rlim_cur, now.rlim_max);
    ::setrlimit(resource, &now);
  }

  std::vector<std::pair<__rlimit_resource, rlimit>> before_;
};

class ProgramUmask {
 public:
  explicit ProgramUmask(mode_t mask) : before_(::umask(mask)) {}
  ~ProgramUmask() { ::umask(before_); }
  ProgramUmask(const ProgramUmask&) = delete;
  ProgramUmask& operator=(const ProgramUmask&) = delete;

 private:
  const mode_t before_;
};

}  // namespace

Error become(const SpawnSpec& spec) {
  const ProgramSignals signals(spec.ignored);
  const ProgramUmask umask(spec.mask);
  ProgramDirectory directory;  // before the descriptors: its own may be at one of their numbers
  if (auto done = directory.enter(spec.cwd_fd); !done) return std::move(done.error());
  ProgramDescriptors descriptors(spec);
  if (auto done = descriptors.place(); !done) return std::move(done.error());
  ProgramLimits limits;
  if (auto done = limits.set(spec.limits); !done) return std::move(done.error());
  ::execve(spec.path, spec.argv.data(), spec.environment.data());
  return Error::from_errno(errno, spec.path);
}

}  // namespace weir::scheduler
