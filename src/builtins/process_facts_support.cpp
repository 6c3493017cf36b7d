#include "builtins/process_facts_support.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <vector>

#include "base/proc_file.h"

namespace weir::builtins {

namespace {

std::string read_whole(const std::string& path) {
  return read_proc_file(path).value_or(std::string());
}

int64_t number_in(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    fields.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return fields;
}

std::string command_words(pid_t pid, std::string_view name) {
  std::string words = read_whole(fmt::format("/proc/{}/cmdline", pid));
  while (words.ends_with('\0')) words.pop_back();
  for (char& c : words) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return words.empty() ? fmt::format("[{}]", name) : words;
}

/// What people call the places where processes wait most.
std::string_view known_wait(std::string_view channel) {
  struct Known {
    std::string_view part;
    std::string_view text;
  };
  constexpr Known kKnown[] = {
      {"nanosleep", "sleeps"},
      {"do_wait", "waits for a child"},
      {"kernel_wait", "waits for a child"},
      {"pipe_read", "reads from a pipe that has nothing"},
      {"pipe_write", "writes to a pipe that is full"},
      {"n_tty_read", "waits for input of the terminal"},
      {"wait_woken", "waits for input of the terminal"},
      {"flock", "waits for a file lock"},
      {"locks", "waits for a file lock"},
      {"futex", "waits for another thread"},
      {"poll", "waits for one of its files"},
      {"ep_", "waits for one of its files"},
      {"select", "waits for one of its files"},
      {"inet", "waits for the network"},
      {"skb", "waits for a socket"},
      {"unix_stream", "waits for a socket"},
  };
  for (const Known& known : kKnown) {
    if (channel.find(known.part) != std::string_view::npos) return known.text;
  }
  return {};
}

std::string describe_wait(std::string_view channel) {
  if (channel.empty()) return "waits";
  const std::string_view known = known_wait(channel);
  return known.empty() ? fmt::format("waits in {}", channel)
                       : fmt::format("{} ({})", known, channel);
}

}  // namespace

std::optional<ProcessFacts> parse_process_stat(std::string_view stat, long ticks_per_second) {
  // The name, in parentheses, may hold anything; the state is behind the last one.
  const size_t begin = stat.find('(');
  const size_t end = stat.rfind(')');
  if (begin == std::string_view::npos || end == std::string_view::npos || end + 2 > stat.size()) {
    return std::nullopt;
  }
  const auto fields = fields_of(stat.substr(end + 2));
  constexpr size_t kUserTime = 11;  // proc(5): field 14; the state, field 3, is the first here
  if (fields.size() < kUserTime + 2 || fields[0].empty()) return std::nullopt;
  ProcessFacts facts;
  facts.state = fields[0][0];
  facts.name = stat.substr(begin + 1, end - begin - 1);
  const int64_t ticks = number_in(fields[kUserTime]) + number_in(fields[kUserTime + 1]);
  facts.cpu = std::chrono::milliseconds(ticks * 1000 / ticks_per_second);
  return facts;
}

std::optional<ProcessFacts> process_facts(pid_t pid) {
  const std::string directory = fmt::format("/proc/{}/", pid);
  auto facts = parse_process_stat(read_whole(directory + "stat"), ::sysconf(_SC_CLK_TCK));
  if (!facts) return std::nullopt;
  const std::string channel = read_whole(directory + "wchan");
  if (channel != "0") facts->wait_channel = channel;
  facts->command = command_words(pid, facts->name);
  return facts;
}

std::string describe_state(const ProcessFacts& facts) {
  switch (facts.state) {
    case 'R':
      return "runs";
    case 'D':
      return describe_wait(facts.wait_channel) + ", cannot be interrupted";
    case 'T':
      return "stopped";
    case 't':
      return "stopped by a debugger";
    case 'Z':
    case 'X':
      return "has ended";
    case 'I':
      return "idle";
    default:
      return describe_wait(facts.wait_channel);
  }
}

}  // namespace weir::builtins
