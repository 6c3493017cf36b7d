// bench_measure: times several commands side by side, interleaved, so that what else happens on the
// machine meets them all.
//
//     bench_measure [options] --- LABEL WORD... [--- LABEL WORD...]...
//
//   --runs N      samples of each command (default 10), after one that does not count
//   --batch K     K starts one after the other are one sample; times are for one start
//   --expect TEXT the command must print exactly this line
//   --span        the command prints two clock readings (EPOCHREALTIME or date +%s%N), one a line;
//                 its time is what lies between them
//   --timeout S   a command that takes longer has failed (default 300)
//
// Prints for each command one line of tab-separated fields: label, samples, median, minimum and
// maximum in seconds, processor seconds (median), peak resident KiB, and "ok" or why it failed.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {  // glibc 2.36 forgets it
#include <sys/pidfd.h>
}

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  int runs = 10;
  int batch = 1;
  bool span = false;
  std::optional<std::string> expect;
  int timeout = 300;
};

struct Command {
  std::string label;
  std::vector<char*> argv;  // ends with a null pointer
  std::vector<double> wall;
  std::vector<double> cpu;
  long peak_kib = 0;
  std::string failure;
};

[[noreturn]] void misuse(const char* message) {
  std::fprintf(stderr, "bench_measure: %s\n", message);
  std::exit(2);
}

// An anonymous file that takes a command's output, so that nothing has to be read meanwhile.
class OutputFile {
 public:
  explicit OutputFile(const char* name) : fd_(::memfd_create(name, MFD_CLOEXEC)) {}
  int fd() const { return fd_; }
  void clear() const {
    if (::ftruncate(fd_, 0) != 0 || ::lseek(fd_, 0, SEEK_SET) != 0) misuse("cannot reset output");
  }
  std::string text() const {
    char buffer[4096];
    const ssize_t n = ::pread(fd_, buffer, sizeof buffer, 0);
    return {buffer, static_cast<size_t>(std::max<ssize_t>(n, 0))};
  }

 private:
  int fd_;
};

struct Sample {
  double wall = 0;
  double cpu = 0;
  long peak_kib = 0;
  int status = 0;
  std::string failure;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

bool ends_in_time(pid_t pid, int timeout) {
  const int process = ::pidfd_open(pid, 0);
  pollfd ready = {process, POLLIN, 0};
  const int events = ::poll(&ready, 1, timeout * 1000);
  ::close(process);
  return events > 0;
}

Sample start_once(const Command& command, const Options& options, const OutputFile& out,
                  const OutputFile& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.fd(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.fd(), 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);

  Sample sample;
  pid_t pid = 0;
  const auto begin = Clock::now();
  const int error =
      ::posix_spawnp(&pid, command.argv[0], &actions, &attributes, command.argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    sample.failure = std::string(command.argv[0]) + ": " + std::strerror(error);
    return sample;
  }
  const bool in_time = ends_in_time(pid, options.timeout);
  if (!in_time) ::kill(-pid, SIGKILL);
  rusage usage = {};
  ::wait4(pid, &sample.status, 0, &usage);
  sample.wall = std::chrono::duration<double>(Clock::now() - begin).count();
  sample.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  sample.peak_kib = usage.ru_maxrss;
  if (!in_time) sample.failure = "no end after " + std::to_string(options.timeout) + " s";
  return sample;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string end_problem(const Sample& sample, const OutputFile& err) {
  if (!sample.failure.empty()) return sample.failure;
  if (sample.status == 0) return "";
  const std::string said = first_line(err.text());
  if (WIFSIGNALED(sample.status)) return "signal " + std::to_string(WTERMSIG(sample.status));
  return "exit " + std::to_string(WEXITSTATUS(sample.status)) + (said.empty() ? "" : ": " + said);
}

// "1763712000.123456" seconds, or "1763712000123456789" nanoseconds.
double clock_reading(const std::string& line) {
  const double value = std::strtod(line.c_str(), nullptr);
  return line.find('.') == std::string::npos ? value / 1e9 : value;
}

bool take_span(const std::string& text, Sample& sample) {
  const size_t end = text.find('\n');
  if (end == std::string::npos || end + 1 == text.size()) return false;
  // As integers first where they are nanoseconds: a double has no room for 19 digits.
  const std::string first = text.substr(0, end), second = text.substr(end + 1);
  if (first.find('.') == std::string::npos) {
    sample.wall = static_cast<double>(std::atoll(second.c_str()) - std::atoll(first.c_str())) / 1e9;
  } else {
    sample.wall = clock_reading(second) - clock_reading(first);
  }
  return true;
}

// One sample of one command; the first one, which warms caches, is not kept.
void take_sample(Command& command, const Options& options, bool keep) {
  static const OutputFile out("out"), err("err");
  Sample sum;
  for (int i = 0; i < options.batch; ++i) {
    out.clear();
    err.clear();
    Sample sample = start_once(command, options, out, err);
    command.failure = end_problem(sample, err);
    if (!command.failure.empty()) return;
    if (options.expect && out.text() != *options.expect + "\n") {
      command.failure = "printed '" + first_line(out.text()) + "', not '" + *options.expect + "'";
      return;
    }
    if (options.span && !take_span(out.text(), sample)) {
      command.failure = "did not print two clock readings";
      return;
    }
    sum.wall += sample.wall;
    sum.cpu += sample.cpu;
    command.peak_kib = std::max(command.peak_kib, sample.peak_kib);
  }
  if (!keep) return;
  command.wall.push_back(sum.wall / options.batch);
  command.cpu.push_back(sum.cpu / options.batch);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void print(const Command& command) {
  if (!command.failure.empty()) {
    std::printf("%s\t0\t0\t0\t0\t0\t0\t%s\n", command.label.c_str(), command.failure.c_str());
    return;
  }
  const auto [least, most] = std::minmax_element(command.wall.begin(), command.wall.end());
  std::printf("%s\t%zu\t%.7f\t%.7f\t%.7f\t%.7f\t%ld\tok\n", command.label.c_str(),
              command.wall.size(), median(command.wall), *least, *most, median(command.cpu),
              command.peak_kib);
}

int to_number(const char* text) {
  const int number = std::atoi(text);
  if (number < 1) misuse("not a positive number");
  return number;
}

int parse_options(int argc, char** argv, Options& options) {
  int i = 1;
  for (; i < argc && std::strcmp(argv[i], "---") != 0; ++i) {
    const std::string word = argv[i];
    if (word == "--span") {
      options.span = true;
      continue;
    }
    if (++i == argc) misuse("an option needs a value");
    if (word == "--runs") {
      options.runs = to_number(argv[i]);
    } else if (word == "--batch") {
      options.batch = to_number(argv[i]);
    } else if (word == "--timeout") {
      options.timeout = to_number(argv[i]);
    } else if (word == "--expect") {
      options.expect = argv[i];
    } else {
      misuse("unknown option");
    }
  }
  return i;
}

std::vector<Command> parse_commands(int argc, char** argv, int i) {
  std::vector<Command> commands;
  while (i < argc) {
    if (++i == argc) misuse("a command needs a label");
    Command command;
    command.label = argv[i++];
    while (i < argc && std::strcmp(argv[i], "---") != 0) command.argv.push_back(argv[i++]);
    if (command.argv.empty()) misuse("a command needs words");
    command.argv.push_back(nullptr);
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const int rest = parse_options(argc, argv, options);
  std::vector<Command> commands = parse_commands(argc, argv, rest);
  for (int run = 0; run <= options.runs; ++run) {
    for (Command& command : commands) {
      if (command.failure.empty()) take_sample(command, options, run > 0);
    }
  }
  for (const Command& command : commands) print(command);
}
