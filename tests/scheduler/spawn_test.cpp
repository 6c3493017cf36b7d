#include "scheduler/spawn.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <thread>

#include "support/children.h"
#include "support/random.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::scheduler;
using namespace weir::test;

namespace {

/// A descriptor at exactly this number, whose link in /proc tells its name.
UniqueFd named_fd(const std::string& name, int number) {
  const UniqueFd fd(::memfd_create(name.c_str(), MFD_CLOEXEC));
  return UniqueFd(::dup3(fd.get(), number, O_CLOEXEC));
}

/// "a - c": what the numbers from `first` on refer to in a child with these mappings.
std::string names_in_child(int first, int count, const std::vector<FdMapping>& fds,
                           const std::vector<int>& closed = {}) {
  std::string script = "r=; for n in";
  for (int n = first; n < first + count; ++n) script += ' ' + std::to_string(n);
  script +=
      "; do l=$(readlink /proc/$$/fd/$n) || l=-; l=${l#/memfd:}; r=\"$r ${l% (deleted)}\"; done;"
      " echo \"${r# }\"";
  std::string text = output_of_sh(script, [&](SpawnSpec& spec) {
    spec.fds = fds;
    spec.closed = closed;
  });
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string status_field(const std::string& status, const std::string& name) {
  const size_t at = status.find(name + ":\t");
  if (at == std::string::npos) return "?";
  const size_t begin = at + name.size() + 2;
  return status.substr(begin, status.find('\n', begin) - begin);
}

bool has_signal(const std::string& mask, int signal) {
  return (std::stoull(mask, nullptr, 16) >> (signal - 1) & 1) != 0;
}

size_t open_descriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

/// Sends a signal to the next child of this thread, before it is the program: spawn() has been
/// given that many limits to set. Should the child then stand still, it is let go on after a while.
class EarlySignal {
 public:
  explicit EarlySignal(int signal)
      : children_("/proc/self/task/" + std::to_string(::gettid()) + "/children"),
        thread_([this, signal] { send(signal); }) {}
  ~EarlySignal() { finish(); }
  void finish() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
  }
  bool came_early() const { return came_early_; }
  bool stood_still() const { return stood_still_; }

  static std::span<const std::pair<int, rlimit>> delay() {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    static const std::vector<std::pair<int, rlimit>> limits(300'000, {RLIMIT_NOFILE, now});
    return limits;
  }

 private:
  /// By then it has forgotten what was sent to the group it came from.
  static bool is_in_its_group(pid_t child) {
    std::ifstream file("/proc/" + std::to_string(child) + "/status");
    std::string status;
    std::getline(file, status, '\0');
    const std::string ignored = status_field(status, "SigIgn");
    return ignored != "?" && has_signal(ignored, SIGTSTP);
  }
  void send(int signal) {
    pid_t child = 0;
    while (!(std::ifstream(children_) >> child) && !is_over_) {
    }
    while (child > 0 && !is_in_its_group(child) && !is_over_) {
    }
    if (child == 0 || is_over_) return;
    ::kill(child, signal);
    came_early_ = !is_over_;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!is_over_ && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    if (is_over_) return;
    stood_still_ = true;
    ::kill(child, SIGCONT);
  }

  std::string children_;
  std::atomic<bool> is_over_ = false;
  std::atomic<bool> came_early_ = false;
  std::atomic<bool> stood_still_ = false;
  std::thread thread_;
};

Result<pid_t> spawn_signalled(std::vector<std::string> words, EarlySignal& early) {
  auto pid = spawn_words(std::move(words), [](SpawnSpec& spec) {
    spec.group = 0;
    spec.limits = EarlySignal::delay();
  });
  early.finish();
  return pid;
}

}  // namespace

TEST_CASE("a spawned program runs and its status is what wait reports") {
  auto pid = spawn_words({"/bin/sh", "-c", "exit 7"});
  REQUIRE(pid);
  CHECK(wait_blocking(*pid).code() == 7);
}

TEST_CASE("a failure to exec comes back with its errno and leaves nothing behind") {
  TempDirectory dir;
  dir.write("plain", "text");
  dir.write("garbage", "\1\2 no program");
  ::chmod((dir.path() / "garbage").c_str(), 0755);
  (void)spawn_words({"/nowhere"});  // what the first spawn opens is not counted
  const size_t before = open_descriptors();

  const auto errno_of = [](std::vector<std::string> words) {
    auto pid = spawn_words(std::move(words));
    return pid ? 0 : pid.error().sys;
  };
  CHECK(errno_of({"/nowhere/at/all"}) == ENOENT);
  CHECK(errno_of({(dir.path() / "plain").string()}) == EACCES);
  CHECK(errno_of({dir.path().string()}) == EACCES);
  CHECK(errno_of({(dir.path() / "garbage").string()}) == ENOEXEC);
  CHECK(errno_of({"/bin/true", std::string(8 << 20, 'x')}) == E2BIG);

  auto pid = spawn_words({"/nowhere/at/all"});
  REQUIRE_FALSE(pid);
  CHECK(pid.error().kind == ErrorKind::not_found);
  CHECK(pid.error().message == "/nowhere/at/all: No such file or directory");
  CHECK(open_descriptors() == before);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("descriptors that change places arrive where they are asked for") {
  const UniqueFd a = named_fd("a", 40), b = named_fd("b", 41), c = named_fd("c", 42);
  CHECK(names_in_child(40, 3, {{40, 41}, {41, 40}}) == "b a -");
  CHECK(names_in_child(40, 3, {{40, 41}, {41, 42}, {42, 40}}) == "b c a");
  CHECK(names_in_child(40, 3, {{40, 40}, {41, 40}, {42, 40}}) == "a a a");
  CHECK(names_in_child(40, 3, {{41, 40}, {40, 42}}) == "c a -");
  CHECK(names_in_child(40, 3, {{40, 42}, {41, 40}}) == "c a -");
  CHECK(names_in_child(40, 3, {{42, 42}}) == "- - c");
}

TEST_CASE("any mapping of descriptors gives the child what a table of them says") {
  Random random;
  INFO("WEIR_TEST_SEED=" << random.seed());
  constexpr int kFirst = 40, kCount = 8;
  std::vector<UniqueFd> fds;
  for (int i = 0; i < kCount; ++i) fds.push_back(named_fd(std::string(1, 'a' + i), kFirst + i));
  for (int round = 0; round < 20; ++round) {
    std::vector<FdMapping> mappings;
    std::string expected;
    for (int i = 0; i < kCount; ++i) {
      std::string name = "-";
      if (!random.one_in(4)) {
        const int from = static_cast<int>(random.below(kCount));
        mappings.push_back({kFirst + i, kFirst + from});
        name = std::string(1, static_cast<char>('a' + from));
      }
      expected += (i ? " " : "") + name;
    }
    for (size_t i = mappings.size(); i > 1; --i) {
      std::swap(mappings[i - 1], mappings[random.below(static_cast<uint32_t>(i))]);
    }
    CHECK(names_in_child(kFirst, kCount, mappings) == expected);
  }
}

TEST_CASE("what is not mapped is closed when it is close-on-exec or named in closed") {
  const UniqueFd mine = named_fd("mine", 40);
  const UniqueFd inherited = named_fd("inherited", 41);
  ::fcntl(41, F_SETFD, 0);
  CHECK(names_in_child(40, 2, {}) == "- inherited");
  CHECK(names_in_child(40, 2, {}, {41}) == "- -");
  CHECK(names_in_child(40, 2, {{41, 40}}, {41}) == "- mine");  // a mapping is stronger
  CHECK(output_of_sh("readlink /proc/$$/fd/0 || echo closed", [](SpawnSpec& spec) {
          static const int kClosed[] = {0};
          spec.closed = kClosed;
        }) == "closed\n");
}

TEST_CASE("a mapping of a descriptor that is not open names it") {
  const FdMapping fds[] = {{5, 999}};
  auto pid = spawn_words({"/bin/true"}, [&](SpawnSpec& spec) { spec.fds = fds; });
  REQUIRE_FALSE(pid);
  CHECK(pid.error().sys == EBADF);
  CHECK(pid.error().message == "descriptor 999: Bad file descriptor");
}

TEST_CASE("a full descriptor table is an error, not a crash") {
  (void)spawn_words({"/nowhere"});
  const UniqueFd a = named_fd("a", 40), b = named_fd("b", 41);
  rlimit before;
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{42, before.rlim_max};
  const FdMapping swap[] = {{40, 41}, {41, 40}};
  ::setrlimit(RLIMIT_NOFILE, &few);
  auto pid = spawn_words({"/bin/true"}, [&](SpawnSpec& spec) { spec.fds = swap; });
  ::setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE_FALSE(pid);
  CHECK((pid.error().sys == EMFILE || pid.error().sys == EINVAL));
}

TEST_CASE("a child leads its own group, joins one, or stays in ours") {
  const auto group_of = [](std::optional<pid_t> group) {
    auto pid = spawn_words({"/bin/cat", "/dev/zero"}, [&](SpawnSpec& spec) {
      static const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
      static const FdMapping fds[] = {{1, null.get()}};
      spec.group = group;
      spec.fds = fds;
    });
    return std::pair{*pid, ::getpgid(*pid)};
  };
  const auto [leader, leaders_group] = group_of(0);
  const auto [member, members_group] = group_of(leader);
  const auto [ours, our_group] = group_of(std::nullopt);
  CHECK(leaders_group == leader);
  CHECK(members_group == leader);
  CHECK(our_group == ::getpgrp());
  ::kill(-leader, SIGKILL);
  ::kill(ours, SIGKILL);
  for (pid_t pid : {leader, member, ours}) CHECK(wait_blocking(pid).signal() == SIGKILL);

  auto pid = spawn_words({"/bin/true"}, [&](SpawnSpec& spec) { spec.group = leader; });
  REQUIRE_FALSE(pid);  // the group is gone
  CHECK(pid.error().message.starts_with("cannot join the process group"));
}

TEST_CASE("the working directory, the mask, the limits and the priority are the child's own") {
  TempDirectory dir;
  const std::pair<int, rlimit> limits[] = {{RLIMIT_NOFILE, {77, 88}}};
  const std::string text =
      output_of_sh("pwd; umask; ulimit -n; ulimit -Hn; nice", [&](SpawnSpec& spec) {
        spec.cwd_fd = dir.fd();
        spec.mask = 027;
        spec.limits = limits;
        spec.nice = 3;
      });
  const int nice = std::min(::getpriority(PRIO_PROCESS, 0) + 3, 19);
  CHECK(text == dir.path().string() + "\n0027\n77\n88\n" + std::to_string(nice) + "\n");
  CHECK(::umask(022) != 027);
}

TEST_CASE("a relative path is looked for in the child's directory") {
  TempDirectory dir;
  dir.write("tool", "#!/bin/sh\nexit 9\n");
  ::chmod((dir.path() / "tool").c_str(), 0755);
  auto pid = spawn_words({"./tool"}, [&](SpawnSpec& spec) { spec.cwd_fd = dir.fd(); });
  REQUIRE(pid);
  CHECK(wait_blocking(*pid).code() == 9);
}

TEST_CASE("signals are default in the child but for the ignored ones, and none is blocked") {
  struct sigaction before_pipe, before_term, before_int;
  struct sigaction ignore{}, handle{};
  ignore.sa_handler = SIG_IGN;
  handle.sa_handler = [](int) {};
  ::sigaction(SIGPIPE, &ignore, &before_pipe);
  ::sigaction(SIGINT, &ignore, &before_int);
  ::sigaction(SIGTERM, &handle, &before_term);
  sigset_t block, before_mask;
  ::sigemptyset(&block);
  ::sigaddset(&block, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &block, &before_mask);

  sigset_t ignored;
  ::sigemptyset(&ignored);
  ::sigaddset(&ignored, SIGINT);
  ::sigaddset(&ignored, SIGXFSZ);
  TestPipe out;
  const FdMapping fds[] = {{1, out.writer.get()}};
  auto pid = spawn_words({"/bin/cat", "/proc/self/status"}, [&](SpawnSpec& spec) {
    spec.ignored = &ignored;
    spec.fds = fds;
  });
  REQUIRE(pid);
  out.writer.reset();
  const std::string status = read_all(out.reader.get());
  wait_blocking(*pid);

  sigset_t after_mask;
  ::sigprocmask(SIG_SETMASK, &before_mask, &after_mask);
  ::sigaction(SIGPIPE, &before_pipe, nullptr);
  ::sigaction(SIGINT, &before_int, nullptr);
  ::sigaction(SIGTERM, &before_term, nullptr);

  CHECK(::sigismember(&after_mask, SIGUSR1) == 1);  // ours is as it was
  CHECK(::sigismember(&after_mask, SIGUSR2) == 0);
  CHECK_FALSE(has_signal(status_field(status, "SigBlk"), SIGUSR1));
  CHECK_FALSE(has_signal(status_field(status, "SigIgn"), SIGPIPE));
  CHECK(has_signal(status_field(status, "SigIgn"), SIGINT));
  CHECK(has_signal(status_field(status, "SigIgn"), SIGXFSZ));
  CHECK_FALSE(has_signal(status_field(status, "SigIgn"), SIGTERM));
}

TEST_CASE("Ctrl-Z that comes before the exec stops the program, not the shell") {
  EarlySignal early(SIGTSTP);
  auto pid = spawn_signalled({"/bin/sleep", "1000"}, early);
  REQUIRE(pid);
  CHECK(early.came_early());
  CHECK_FALSE(early.stood_still());
  int raw = 0;
  REQUIRE(::waitpid(*pid, &raw, WUNTRACED) == *pid);
  REQUIRE(WIFSTOPPED(raw));
  CHECK(WSTOPSIG(raw) == SIGTSTP);
  ::kill(*pid, SIGKILL);
  wait_blocking(*pid);
}

TEST_CASE("Ctrl-C and Ctrl-\\ that come before the exec end the program") {
  for (const int signal : {SIGINT, SIGQUIT}) {
    EarlySignal early(signal);
    auto pid = spawn_signalled({"/bin/sleep", "1000"}, early);
    REQUIRE(pid);
    CHECK(early.came_early());
    CHECK(wait_blocking(*pid).signal() == signal);
  }
}
