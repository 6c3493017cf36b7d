#include "gate/shim_world.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "gate/client.h"
#include "gate/real_program.h"
#include "support/cargo_workspace.h"
#include "support/paths.h"

namespace weir::test {

namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 30'000;  // only bounds a failure
constexpr int kLookAgainMs = 5;

constexpr const char* kScript = R"(#!/bin/sh
case "$1" in
  metadata) printf '{"workspace_root":"%s","target_directory":"%s/target"}' "$PWD" "$PWD"; exit ;;
  --list) printf 'Installed Commands:\n    build    x\n    mine   alias: run\n    other\n'; exit ;;
esac
case "$*" in
  *"config get"*" alias.mine") echo '"run"'; exit ;;
  *"config get"*|*--unit-graph*) exit 101 ;;
esac
exec /bin/sh "$SCRIPT" "$@"
)";

std::string of_machine(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

}  // namespace

ShimWorld::ShimWorld(Cargo cargo) : root_(fs::canonical(dir_.path())) {
  for (const char* name : {"bin", "run", "state", "home"}) fs::create_directory(root_ / name);
  fs::permissions(root_ / "run", fs::perms::owner_all);
  fs::create_symlink(kWeirProgram, root_ / "bin/cargo");
  write_cargo_program(root_ / "w", "tool", "println!(\"hello\");");
  set("HOME", (root_ / "home").string());
  set("XDG_RUNTIME_DIR", (root_ / "run").string());
  set("XDG_STATE_HOME", (root_ / "state").string());
  set("XDG_CONFIG_HOME", (root_ / "home/.config").string());
  set("XDG_DATA_HOME", (root_ / "home/.local/share").string());
  std::string path = (root_ / "bin").string();
  if (cargo == Cargo::script) {
    cargo_ = dir_.write("real/cargo", kScript).string();
    ::chmod(cargo_.c_str(), 0700);
    set("SCRIPT", (root_ / "script").string());
    path += ":" + (root_ / "real").string() + ":/usr/bin:/bin";
  } else {
    const std::string machine = of_machine("PATH", "/usr/bin:/bin");
    cargo_ = gate::find_real_program("cargo", machine).value_or("");
    const std::string home = of_machine("HOME", "/");
    set("CARGO_HOME", of_machine("CARGO_HOME", home + "/.cargo"));
    set("RUSTUP_HOME", of_machine("RUSTUP_HOME", home + "/.rustup"));
    path += ":" + machine;
  }
  set("PATH", path);
}

gate::Places ShimWorld::places() const {
  return {.run = (root_ / "run/weir").string(), .state = (root_ / "state/weir").string()};
}

gate::LaneKey ShimWorld::lane() const {
  return gate::LaneKey({{(directory() / "target/debug").string()}});
}

gate::ClientOptions ShimWorld::client_options() const {
  gate::ClientOptions options;
  options.places = places();
  options.starts_daemon = false;
  return options;
}

bool comes_true(const std::function<bool()>& condition) {
  for (int turn = 0; turn < kPatienceMs; turn += kLookAgainMs) {
    if (condition()) return true;
    ::usleep(kLookAgainMs * 1000);
  }
  return false;
}

bool ShimWorld::eventually(const std::function<bool(const Record&)>& holds) const {
  return comes_true([&] {
    auto client = gate::Client::connect(client_options());
    const auto status = client ? client->call("status", {}, gate::Duration(kPatienceMs))
                               : fail(ErrorKind::not_found, "");
    return status && holds(status->as_record());
  });
}

ShimWorld::~ShimWorld() {
  auto client = gate::Client::connect(client_options());
  if (!client) return;
  (void)client->call("shutdown", Record{}, gate::Duration(2000));
  while (client->receive(gate::Duration(5000))) {  // until it has gone
  }
}

void ShimWorld::run_as(const std::string& text) const { dir_.write("script", text); }

void ShimWorld::unset(const std::string& name) {
  std::erase_if(environment_,
                [&](const std::string& entry) { return entry.starts_with(name + "="); });
}

void ShimWorld::set(const std::string& name, const std::string& value) {
  unset(name);
  environment_.push_back(name + "=" + value);
}

ProgramEnd ShimWorld::run(const std::string& program, std::vector<std::string> words) const {
  words.insert(words.begin(), program);
  return run_program(
      {.argv = std::move(words), .environment = environment_, .directory = directory()});
}

StartedProgram::StartedProgram(const ShimWorld& world, std::vector<std::string> words,
                               const std::function<void()>& before_exec) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> environment = world.environment();
  std::vector<char*> variables;
  for (std::string& entry : environment) variables.push_back(entry.data());
  variables.push_back(nullptr);
  const std::string directory = world.directory().string();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::dup2(ends[1], 1);
    ::dup2(::open("/dev/null", O_RDWR | O_CLOEXEC), 0);
    ::dup2(0, 2);
    if (::chdir(directory.c_str()) != 0) ::_exit(125);
    // Whatever the tests were started with (nohup, a shell's &).
    for (const int signal : {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU})
      ::signal(signal, SIG_DFL);
    if (before_exec) before_exec();
    ::execve(argv[0], argv.data(), variables.data());
    ::_exit(126);
  }
  ::setpgid(pid_, pid_);
  ::close(ends[1]);
  output_.reset(ends[0]);
}

StartedProgram::~StartedProgram() {
  if (has_ended_) return;
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string StartedProgram::line() {
  for (;;) {
    const size_t end = read_.find('\n');
    if (end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    pollfd wanted{output_.get(), POLLIN, 0};
    if (::poll(&wanted, 1, kPatienceMs) == 0) throw std::runtime_error("it says nothing");
    char buffer[4096];
    const ssize_t size = ::read(output_.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::exchange(read_, {});
    read_.append(buffer, static_cast<size_t>(size));
  }
}

std::string StartedProgram::rest() {
  std::string all;
  for (std::string next = line(); !next.empty(); next = line()) all += next + "\n";
  return all;
}

std::string StartedProgram::next_state() {
  int status = 0;
  pid_t got = 0;
  for (int turn = 0; got == 0; ++turn) {  // there is nothing to wait on for a stop with a bound
    got = ::waitpid(pid_, &status, WUNTRACED | WNOHANG);
    if (turn > kPatienceMs) throw std::runtime_error("it neither ends nor stops");
    if (got == 0) ::usleep(1000);
  }
  if (WIFSTOPPED(status)) return "stopped " + std::to_string(WSTOPSIG(status));
  has_ended_ = true;
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit " + std::to_string(WEXITSTATUS(status));
}

}  // namespace weir::test
