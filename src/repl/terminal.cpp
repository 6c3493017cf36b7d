#include "repl/terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

#include "base/terminal_kind.h"

namespace weir::repl {

namespace {

constexpr size_t kReadSize = 64 * 1024;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Terminal::Terminal(loop::Loop& loop, UniqueFd fd) : fd_(std::move(fd)), poller_(loop, fd_.get()) {}

Terminal::~Terminal() { leave_raw(); }

Result<std::unique_ptr<Terminal>> Terminal::open(loop::Loop& loop, int fd) {
  if (!::isatty(fd)) return fail(ErrorKind::invalid, "not a terminal");
  constexpr int kFlags = O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  UniqueFd own(::open(fmt::format("/proc/self/fd/{}", fd).c_str(), kFlags));
  if (!own) own.reset(::open("/dev/tty", kFlags));
  if (!own) return fail(Error::from_errno(errno, "terminal"));
  return std::unique_ptr<Terminal>(new Terminal(loop, std::move(own)));
}

bool Terminal::is_behind(int fd) const {
  struct stat here{}, there{};
  return ::fstat(fd_.get(), &here) == 0 && ::fstat(fd, &there) == 0 &&
         here.st_rdev == there.st_rdev;
}

TerminalSize Terminal::size() const {
  winsize window{};
  TerminalSize size;
  if (::ioctl(fd_.get(), TIOCGWINSZ, &window) != 0) return size;
  // A terminal that does not know its size says 0.
  if (window.ws_col > 0) size.columns = window.ws_col;
  if (window.ws_row > 0) size.rows = window.ws_row;
  return size;
}

Result<void> Terminal::enter_raw() {
  if (::tcgetattr(fd_.get(), &cooked_) != 0) return fail(Error::from_errno(errno, "terminal"));
  termios raw = cooked_;
  raw.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | IEXTEN | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (::tcsetattr(fd_.get(), TCSANOW, &raw) != 0) return fail(Error::from_errno(errno, "terminal"));
  is_raw_ = true;
  return {};
}

void Terminal::leave_raw() {
  if (!is_raw_) return;
  ::tcsetattr(fd_.get(), TCSANOW, &cooked_);
  is_raw_ = false;
}

void Terminal::forget_input() { ::tcflush(fd_.get(), TCIFLUSH); }

int Terminal::signal_of(const Key& key) const {
  constexpr std::pair<int, int> kSignals[] = {{VINTR, SIGINT}, {VQUIT, SIGQUIT}, {VSUSP, SIGTSTP}};
  const bool is_control = key.modifiers == Key::ctrl && key.code >= '@' && key.code < 0x7F;
  if (!is_control || (cooked_.c_lflag & ISIG) == 0) return 0;
  const cc_t byte = key.code & 0x1F;
  for (const auto& [character, signal] : kSignals) {
    if (cooked_.c_cc[character] == byte && byte != _POSIX_VDISABLE) return signal;
  }
  return 0;
}

std::string Terminal::take_typed() {
  std::string bytes(kReadSize, '\0');
  const ssize_t n = ::read(fd_.get(), bytes.data(), bytes.size());
  bytes.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return bytes;
}

size_t Terminal::typed() const {
  int count = 0;
  return ::ioctl(fd_.get(), FIONREAD, &count) == 0 && count > 0 ? static_cast<size_t>(count) : 0;
}

std::string Terminal::put_back(std::string_view bytes) {
  std::string done;
  for (char byte : bytes) {
    if (typed() != done.size()) break;  // the others would come behind what has arrived
    if (byte == '\r' && (cooked_.c_iflag & ICRNL) != 0) byte = '\n';
    // Linux 6.2 and later may be set up to refuse it (dev.tty.legacy_tiocsti).
    if (::ioctl(fd_.get(), TIOCSTI, &byte) != 0) break;
    done += byte;
  }
  return done;
}

loop::Task<Result<std::string>> Terminal::read(loop::CancelToken token) {
  std::string bytes(kReadSize, '\0');
  for (;;) {
    const ssize_t n = ::read(fd_.get(), bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.resize(static_cast<size_t>(n));
      co_return bytes;
    }
    if (errno == EIO) co_return std::string();  // hung up
    if (errno == EINTR) continue;
    if (errno != EAGAIN) co_return fail(Error::from_errno(errno, "terminal"));
    if (auto ready = co_await poller_.readable(token); !ready)
      co_return fail(std::move(ready.error()));
  }
}

Result<void> Terminal::write_some(std::string& bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n >= 0)
      bytes.erase(0, static_cast<size_t>(n));
    else if (errno == EAGAIN)
      break;
    else if (errno != EINTR)
      return fail(Error::from_errno(errno, "terminal"));
  }
  return {};
}

loop::Task<Result<void>> Terminal::writable(loop::CancelToken token) {
  return poller_.writable(std::move(token));
}

std::optional<TerminalSize> terminal_size(int fd) {
  winsize window{};
  const bool is_known =
      ::ioctl(fd, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 && window.ws_row > 0;
  return is_known ? std::optional(TerminalSize{window.ws_col, window.ws_row}) : std::nullopt;
}

bool is_capable_terminal(std::string_view term) {
  static constexpr std::string_view kDumb[] = {"", "dumb", "unknown", "cons25", "emacs", "ibm3101"};
  return std::ranges::find(kDumb, term) == std::end(kDumb);
}

PaintOptions paint_options_from_environment() {
  static constexpr std::string_view kTerms[] = {"xterm-kitty",   "foot",    "alacritty",
                                                "xterm-ghostty", "wezterm", "contour"};
  static constexpr std::string_view kPrograms[] = {"WezTerm", "iTerm.app", "ghostty",
                                                   "contour", "vscode",    "tmux"};
  const std::string_view term = environment("TERM");
  PaintOptions options;
  const auto is_term = [&](std::string_view name) { return term.starts_with(name); };
  options.synchronizes =
      std::ranges::any_of(kTerms, is_term) ||
      std::ranges::find(kPrograms, environment("TERM_PROGRAM")) != std::end(kPrograms) ||
      !environment("WT_SESSION").empty();
  options.reflows = terminal_reflows();
  return options;
}

}  // namespace weir::repl
