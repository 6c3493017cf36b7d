#include "pty/pty_session.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
extern "C" {  // glibc 2.36 forgets it
#include <sys/pidfd.h>
}

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "support/paths.h"

namespace weir::test {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Kind = TerminalEvent::Kind;

// Only bounds a failure: no case is near it, also on a busy machine and with sanitizers.
constexpr auto kPatience = std::chrono::seconds(60);
// How soon a condition that lies outside of the terminal is looked at again.
constexpr int kLookAgainMs = 5;
constexpr size_t kShownBytes = 400;

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

winsize window_of(repl::TerminalSize size) {
  return {static_cast<unsigned short>(size.rows), static_cast<unsigned short>(size.columns), 0, 0};
}

std::string end_of(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return std::to_string(WEXITSTATUS(status));
}

struct ProcessFacts {
  std::string name;
  char state = '-';
  pid_t session = -1;
};

/// proc(5): PID (NAME) STATE PPID PGRP SESSION …, and the name may hold anything.
ProcessFacts facts_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text, '\0');  // an iterator would throw when the process goes in between
  ProcessFacts facts;
  pid_t parent = 0;
  pid_t group = 0;
  const size_t name_begin = text.find('(') + 1;
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return facts;
  facts.name = text.substr(name_begin, name_end - name_begin);
  std::sscanf(text.c_str() + name_end + 1, " %c %d %d %d", &facts.state, &parent, &group,
              &facts.session);
  return facts;
}

/// Names of the directories of all processes.
std::vector<std::string> all_pids() {
  std::vector<std::string> pids;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos) pids.push_back(name);
  }
  return pids;
}

std::string visible_bytes(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0x1b)
      text += "\\e";
    else if (byte < ' ' || byte == 0x7f)
      text += std::string("^") + static_cast<char>(byte ^ 0x40);
    else
      text += c;
  }
  return text;
}

size_t count_in(std::string_view text, std::string_view wanted) {
  size_t count = 0;
  for (size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + wanted.size()))
    ++count;
  return count;
}

}  // namespace

char process_state(pid_t pid) { return facts_of(std::to_string(pid)).state; }

// ---- begin and end -----------------------------------------------------------------------

PtySession::PtySession(PtyOptions options)
    : home_(directory_.path() / "home"), model_(options.size) {
  // A FIFO whose reader has gone in between fails the write, not all cases.
  ::signal(SIGPIPE, SIG_IGN);
  for (const char* folder : {"home", "run", "bin", "tmp"})
    fs::create_directory(directory_.path() / folder);
  fs::create_symlink(kWeirProgram, directory_.path() / "bin/weir");
  fs::create_symlink(kTtyReportProgram, directory_.path() / "bin/tty_report");
  for (const auto& [file, text] : options.files) directory_.write(fs::path("home") / file, text);
  spawn(options);
}

PtySession::~PtySession() {
  kill_session();
  if (end_.empty() && pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

std::vector<std::string> PtySession::environment_of(const PtyOptions& options) const {
  const std::string base = directory_.path().string();
  std::vector<std::string> environment = {
      "PATH=" + base + "/bin:/usr/local/bin:/usr/bin:/bin",
      "HOME=" + base + "/home",
      "XDG_CONFIG_HOME=" + base + "/home/.config",
      "XDG_STATE_HOME=" + base + "/home/.local/state",
      "XDG_RUNTIME_DIR=" + base + "/run",
      "TMPDIR=" + base + "/tmp",
      "LANG=C.UTF-8",
      "TERM=xterm-256color",
      "PS1=$ ",
      "XTERM_VERSION=model",  // the model cuts its rows when it is resized, as xterm does
  };
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name))
      environment.push_back(std::string(name) + "=" + value);
  }
  for (const std::string& setting : options.environment) {
    const std::string name = setting.substr(0, setting.find('=')) + "=";
    std::erase_if(environment, [&](const std::string& old) { return old.starts_with(name); });
    if (setting.find('=') != std::string::npos) environment.push_back(setting);
  }
  return environment;
}

void PtySession::spawn(const PtyOptions& options) {
  master_ = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 128> name{};
  if (!master_ || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
      ::ptsname_r(master_.get(), name.data(), name.size()) != 0)
    fail("a pseudo-terminal", std::strerror(errno));
  const winsize window = window_of(options.size);
  ::ioctl(master_.get(), TIOCSWINSZ, &window);

  std::vector<std::string> words = options.program;
  if (words.empty()) words.push_back((directory_.path() / "bin/weir").string());
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  const std::vector<std::string> environment = environment_of(options);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // A leader of a session that opens a terminal gets it as its own.
  posix_spawn_file_actions_addopen(&actions, 0, name.data(), O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, 0, 1);
  posix_spawn_file_actions_adddup2(&actions, 0, 2);
  posix_spawn_file_actions_addchdir_np(&actions, home_.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const int error = ::posix_spawn(&pid_, words[0].c_str(), &actions, &attributes,
                                  c_strings(words).data(), c_strings(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    pid_ = -1;
    fail(words[0], std::strerror(error));
  }
  process_ = UniqueFd(::pidfd_open(pid_, 0));
}

/// Also what has left the program's process group, as jobs do.
void PtySession::kill_session() {
  master_.reset();
  if (pid_ <= 0) return;
  for (const std::string& pid : all_pids()) {
    if (facts_of(pid).session == pid_) ::kill(std::stoi(pid), SIGKILL);
  }
}

pid_t PtySession::process_named(std::string_view name) const {
  for (const std::string& pid : all_pids()) {
    const ProcessFacts facts = facts_of(pid);
    if (facts.session == pid_ && facts.name == name) return std::stoi(pid);
  }
  return -1;
}

void PtySession::reap() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
  end_ = end_of(status);
  process_.reset();
}

// ---- the terminal ------------------------------------------------------------------------

/// What the program has written. False: nothing at this moment.
bool PtySession::read_some() {
  std::array<char, 65536> buffer;
  const ssize_t n = master_ ? ::read(master_.get(), buffer.data(), buffer.size()) : 0;
  // EIO: nobody has the terminal open; that may change as long as the program runs.
  is_hung_up_ = n < 0 && errno == EIO;
  if (n <= 0) return n < 0 && errno == EINTR;
  const std::string_view bytes(buffer.data(), static_cast<size_t>(n));
  model_.write(bytes);
  events_.feed(bytes);
  if (const std::string answers = model_.take_answers(); !answers.empty()) send(answers);
  return true;
}

void PtySession::pump_until(std::string_view what, const std::function<bool()>& holds,
                            bool needs_program) {
  const auto deadline = Clock::now() + kPatience;
  while (!holds()) {
    if (read_some()) continue;
    if (process_) reap();
    if (holds()) return;
    if (needs_program && !process_ && (is_hung_up_ || !master_))
      fail(what, "it has ended: " + end_);
    if (Clock::now() > deadline) fail(what, "it did not come");
    pollfd ready[2] = {{is_hung_up_ ? -1 : master_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}};
    ::poll(ready, 2, kLookAgainMs);
  }
}

void PtySession::send(std::string_view bytes) {
  const auto deadline = Clock::now() + kPatience;
  while (!bytes.empty()) {
    const ssize_t n = ::write(master_.get(), bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      // It does not take more before somebody reads what it has written.
      if (Clock::now() > deadline) fail("that it reads", "it did not");
      pollfd ready = {master_.get(), POLLIN | POLLOUT, 0};
      ::poll(&ready, 1, kLookAgainMs);
      read_some();
    } else if (errno != EINTR) {
      fail("writing to the terminal", std::strerror(errno));
    }
  }
}

void PtySession::resize(repl::TerminalSize size) {
  model_.resize(size);
  const winsize window = window_of(size);
  ::ioctl(master_.get(), TIOCSWINSZ, &window);
}

pid_t PtySession::shell_pid() const {
  const std::string pid = std::to_string(pid_);
  pid_t child = pid_;
  std::ifstream("/proc/" + pid + "/task/" + pid + "/children") >> child;
  return child;
}

void PtySession::close_terminal() { master_.reset(); }

pid_t PtySession::foreground_group() const {
  pid_t group = -1;
  ::ioctl(master_.get(), TIOCGPGRP, &group);
  return group;
}

PtySession::Modes PtySession::modes() const {
  termios modes{};
  ::tcgetattr(master_.get(), &modes);
  return {(modes.c_lflag & ECHO) != 0, (modes.c_lflag & ICANON) != 0, (modes.c_lflag & ISIG) != 0};
}

// ---- waiting -----------------------------------------------------------------------------

void PtySession::wait_for(std::string_view what, const std::function<bool()>& holds) {
  pump_until(what, holds, false);
}

void PtySession::wait_event(std::string_view what, Kind kind, TerminalEvent* found) {
  pump_until(
      what,
      [&] {
        while (next_event_ < events_.all().size()) {
          const TerminalEvent& event = events_.all()[next_event_++];
          if (event.kind != kind) continue;
          if (found) *found = event;
          return true;
        }
        return false;
      },
      true);
}

void PtySession::wait_prompt() {
  wait_event("a prompt", Kind::reading_begins);
  wait_event("a prompt", Kind::text_begins);
}

void PtySession::wait_command_begin() {
  wait_event("the begin of a command", Kind::command_begins);
}

int PtySession::wait_command_end() {
  TerminalEvent event;
  wait_event("the end of a command", Kind::command_ends, &event);
  return event.status;
}

void PtySession::enter(std::string_view text) {
  send(std::string(text) + keys::enter);
  wait_command_begin();
}

int PtySession::run(std::string_view text) {
  enter(text);
  const int status = wait_command_end();
  wait_prompt();
  return status;
}

void PtySession::wait_screen(std::string_view text) {
  pump_until(
      "\"" + std::string(text) + "\" on the screen", [&] { return count_on_screen(text) > 0; },
      true);
}

void PtySession::wait_gone(std::string_view text) {
  pump_until(
      "no \"" + std::string(text) + "\" on the screen", [&] { return count_on_screen(text) == 0; },
      true);
}

void PtySession::wait_line(std::string_view text) {
  pump_until(
      "\"" + std::string(text) + "\" in the row of the cursor",
      [&] { return model_.row(model_.cursor().row) == text; }, true);
}

std::string PtySession::wait_end() {
  pump_until("the end of the program", [&] { return !end_.empty(); }, false);
  while (read_some()) {
  }
  return end_;
}

// ---- seeing ------------------------------------------------------------------------------

std::string PtySession::screen() const {
  std::string text;
  for (const std::string& row : model_.rows()) text += row + '\n';
  return text;
}

std::string PtySession::all_text() const {
  std::string text;
  for (const std::string& row : model_.scrolled()) text += row + '\n';
  return text + screen();
}

size_t PtySession::count_on_screen(std::string_view text) const {
  size_t count = 0;
  for (const std::string& row : model_.rows()) count += count_in(row, text);
  return count;
}

repl::Style PtySession::style_of(std::string_view text) const {
  for (size_t row = 0; row < model_.size().rows; ++row) {
    for (size_t column = 0; column < model_.size().columns; ++column) {
      std::string found;
      for (size_t at = column; at < model_.size().columns && found.size() < text.size();) {
        const repl::Cell cell = model_.cell({row, at});
        found += cell.text;
        at += cell.width == 2 ? 2 : 1;
      }
      if (found == text) return model_.cell({row, column}).style;
    }
  }
  fail("the style of \"" + std::string(text) + "\"", "it is not on the screen");
}

void PtySession::fail(std::string_view what, std::string_view why) const {
  std::string message = "waited for " + std::string(what) + ": " + std::string(why) + "\n";
  const repl::Place cursor = model_.cursor();
  message += "the screen, its cursor in row " + std::to_string(cursor.row) + ", column " +
             std::to_string(cursor.column) + ":\n";
  for (const std::string& row : model_.rows()) message += "  |" + row + "\n";
  message += "marks: " + events_.marks() + "\n";
  const std::string& bytes = events_.bytes();
  message += "last bytes: " +
             visible_bytes(bytes.substr(bytes.size() - std::min(bytes.size(), kShownBytes)));
  if (!end_.empty()) message += "\nit has ended: " + end_;
  FAIL(message);
  std::abort();  // FAIL throws, and does not say so
}

}  // namespace weir::test
