// bench_editor WORK PROGRAM...: an interactive shell on a terminal of its own, and what a person
// waits for.
//
//     keystroke    milliseconds of processor time that one key costs in a line of 1,000 characters
//     paste        seconds from a paste of 1 MB to its end being shown
//     first-paint  milliseconds from the start to the prompt (its history is the caller's: HOME)
//     memory       MiB by which the resident memory grows from the 500th to the 10,000th command
//
// The prompt must begin with "PROMPT>". Exit 1 when the program ended or did not answer.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(60);

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

class Session {
 public:
  explicit Session(char** words) {
    winsize size{24, 80, 0, 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    ::setenv("TERM", "xterm-256color", 1);
    ::execvp(words[0], words);
    ::_exit(127);
  }
  ~Session() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Writes while reading, until all is written and `text` was seen.
  bool exchange(std::string_view bytes, std::string_view text) {
    std::string seen;
    const auto began = Clock::now();
    ::fcntl(terminal_, F_SETFL, O_NONBLOCK);
    while (Clock::now() - began < kPatience) {
      pollfd ready = {terminal_, static_cast<short>(bytes.empty() ? POLLIN : POLLIN | POLLOUT), 0};
      ::poll(&ready, 1, 1000);
      if (ready.revents & POLLOUT) {
        const ssize_t n = ::write(terminal_, bytes.data(), bytes.size());
        if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
      }
      char buffer[65536];
      const ssize_t n =
          (ready.revents & (POLLIN | POLLHUP)) ? ::read(terminal_, buffer, sizeof buffer) : -1;
      if (n == 0 || (n < 0 && (ready.revents & POLLHUP))) return false;
      if (n > 0) seen.append(buffer, static_cast<size_t>(n));
      if (bytes.empty() && seen.find(text) != std::string::npos) return true;
    }
    return false;
  }

  // Processor time that the kernel counted for the program's first thread, in milliseconds.
  double processor_ms() const {
    double ns = 0;
    std::ifstream("/proc/" + std::to_string(pid_) + "/schedstat") >> ns;
    return ns / 1e6;
  }

  double resident_mib() const {
    std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
    double whole = 0, resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<double>(::getpagesize()) / (1024 * 1024);
  }

 private:
  int terminal_ = -1;
  pid_t pid_ = -1;
};

bool keystroke(Session& session) {
  std::string line;
  while (line.size() < 1000) line += "echo \"a $HOME\" /usr/bin | grep -v 'x' && ls -l /tmp; ";
  if (!session.exchange(line + "ENDMARK", "ENDMARK")) return false;
  constexpr int kKeys = 300;
  const double before = session.processor_ms();
  for (int i = 0; i < kKeys; ++i) {
    const char key = static_cast<char>('a' + i % 26);
    if (!session.exchange({&key, 1}, {&key, 1})) return false;
  }
  std::printf("%.3f\n", (session.processor_ms() - before) / kKeys);
  return true;
}

bool paste(Session& session) {
  std::string text;
  while (text.size() < 1'000'000) text += "echo \"some text\" that is pasted | grep x # comment\n";
  const auto began = Clock::now();
  if (!session.exchange("\x1b[200~" + text + "\x1b[201~ENDMARK", "ENDMARK")) return false;
  std::printf("%.3f\n", seconds_since(began));
  return true;
}

// With a space in front: the history, which grows by its entries, is not what is measured.
bool memory(Session& session) {
  constexpr const char* kCommands[] = {" true\r",
                                       " x=1\r",
                                       " /bin/true\r",
                                       " echo a | cat\r",
                                       " f() { :; }; f\r",
                                       " y=$(echo hi)\r",
                                       " false\r",
                                       " sleep 0 & wait\r",
                                       " [[ a == a ]]\r",
                                       " cd .\r",
                                       " for i in 1 2; do :; done\r"};
  constexpr int kFirst = 500, kLast = 10'000;
  double before = 0;
  for (int i = 0; i < kLast; ++i) {
    if (i == kFirst) before = session.resident_mib();
    if (!session.exchange(kCommands[static_cast<size_t>(i) % std::size(kCommands)], "133;D"))
      return false;
  }
  std::printf("%.2f\n", session.resident_mib() - before);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string_view work = argv[1];
  const auto began = Clock::now();
  Session session(argv + 2);
  bool done = session.exchange("", "PROMPT>");
  if (done && work == "first-paint") std::printf("%.1f\n", seconds_since(began) * 1000);
  if (done && work == "keystroke") done = keystroke(session);
  if (done && work == "paste") done = paste(session);
  if (done && work == "memory") done = memory(session);
  if (!done) std::fputs("the program ended or did not answer\n", stderr);
  return done ? 0 : 1;
}
