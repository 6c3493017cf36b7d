#include "scheduler/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace weir::scheduler {

namespace {

std::optional<std::string> read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::nullopt;
    if (n == 0) return text;
    text.append(buffer, static_cast<size_t>(n));
  }
}

/// The next field of digits, after blanks; 0 when there is none.
uint64_t next_number(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const size_t used = static_cast<size_t>(end - text.data());
  text.remove_prefix(error == std::errc{} ? used : std::min(text.find(' '), text.size()));
  return number;
}

bool skip_fields(std::string_view& text, int count) {
  for (; count > 0; --count) {
    const size_t blank = text.find(' ', 1);
    if (blank == std::string_view::npos) return false;
    text.remove_prefix(blank);
  }
  return true;
}

/// Names in a directory of /proc that are numbers.
template <class Visit>
void each_number_in(const std::string& path, Visit visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(path.c_str()), &::closedir);
  if (!dir) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    const pid_t number = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (number > 0) visit(number);
  }
}

void append_children(pid_t pid, std::vector<pid_t>& children) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  each_number_in(tasks, [&](pid_t thread) {
    const auto text = read_file(tasks + "/" + std::to_string(thread) + "/children");
    if (!text) return;
    std::string_view rest = *text;
    while (const auto child = static_cast<pid_t>(next_number(rest))) children.push_back(child);
  });
}

/// A kernel can be built without them.
bool has_lists_of_children() {
  static const bool has = ::access("/proc/thread-self/children", R_OK) == 0;
  return has;
}

/// Where there are no lists: everything that runs, by parent.
std::unordered_multimap<pid_t, pid_t> all_by_parent() {
  std::unordered_multimap<pid_t, pid_t> children;
  each_number_in("/proc", [&](pid_t pid) {
    if (const auto process = find_process(pid)) children.emplace(process->parent, pid);
  });
  return children;
}

/// A field of signals in proc(5)'s status, in hexadecimal digits.
bool is_in_set(pid_t pid, std::string_view field, int signal) {
  const auto status = read_file("/proc/" + std::to_string(pid) + "/status");
  const size_t at = status ? status->find(field) : std::string::npos;
  if (at == std::string::npos) return false;
  const uint64_t set = std::strtoull(status->c_str() + at + field.size(), nullptr, 16);
  return (set >> (signal - 1) & 1) != 0;
}

}  // namespace

std::optional<ProcessEntry> find_process(pid_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/stat");
  if (!text) return std::nullopt;
  // The name, in parentheses, may hold anything; the state is behind the last one.
  const size_t name_end = text->rfind(')');
  if (name_end == std::string::npos || name_end + 4 > text->size()) return std::nullopt;
  ProcessEntry entry;
  entry.pid = pid;
  const char state = (*text)[name_end + 2];
  entry.state = state;
  entry.is_zombie = state == 'Z' || state == 'X';
  entry.is_stopped = state == 'T' || state == 't';
  std::string_view rest = std::string_view(*text).substr(name_end + 3);
  entry.parent = static_cast<pid_t>(next_number(rest));
  entry.group = static_cast<pid_t>(next_number(rest));
  constexpr int kFieldsBefore = 3;   // session, tty_nr, tpgid, proc(5)
  constexpr int kFieldsBetween = 12;  // minflt … itrealvalue
  constexpr uint64_t kExiting = 0x4;  // PF_EXITING
  if (!skip_fields(rest, kFieldsBefore)) return std::nullopt;
  entry.is_ending = entry.is_zombie || (next_number(rest) & kExiting) != 0;
  if (!skip_fields(rest, kFieldsBetween)) return std::nullopt;
  entry.start_time = next_number(rest);
  return entry;
}

std::vector<ProcessEntry> process_trees(std::span<const pid_t> roots) {
  std::vector<ProcessEntry> found;
  std::unordered_set<pid_t> seen;
  std::vector<pid_t> pids(roots.begin(), roots.end());
  const bool has_lists = has_lists_of_children();
  std::unordered_multimap<pid_t, pid_t> by_parent;
  if (!has_lists) by_parent = all_by_parent();
  for (size_t i = 0; i < pids.size(); ++i) {
    const pid_t pid = pids[i];
    if (!seen.insert(pid).second) continue;
    const auto process = find_process(pid);
    if (!process) continue;
    found.push_back(*process);
    if (has_lists) {
      append_children(pid, pids);
    } else {
      const auto [begin, end] = by_parent.equal_range(pid);
      for (auto child = begin; child != end; ++child) pids.push_back(child->second);
    }
  }
  return found;
}

std::vector<ProcessEntry> processes_of_group(pid_t group) {
  std::vector<ProcessEntry> found;
  each_number_in("/proc", [&](pid_t pid) {
    // Cheaper than to read about each of them.
    if (::getpgid(pid) != group) return;
    if (const auto process = find_process(pid)) found.push_back(*process);
  });
  return found;
}

UniqueFd open_process(const ProcessEntry& process) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) return fd;
  // From here on the descriptor cannot come to mean another; is it the right one?
  const auto now = find_process(process.pid);
  if (!now || !now->is_same(process)) fd.reset();
  return fd;
}

bool ignores_signal(pid_t pid, int signal) { return is_in_set(pid, "\nSigIgn:\t", signal); }

bool catches_signal(pid_t pid, int signal) { return is_in_set(pid, "\nSigCgt:\t", signal); }

bool awaits_signal(pid_t pid, int signal) {
  return is_in_set(pid, "\nShdPnd:\t", signal) || is_in_set(pid, "\nSigPnd:\t", signal);
}

bool has_open(pid_t pid, int fd, const std::string& path) {
  const std::string link = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(fd);
  char target[4096];
  const ssize_t size = ::readlink(link.c_str(), target, sizeof target);
  return size > 0 && std::string_view(target, static_cast<size_t>(size)) == path;
}

bool send_signal(const ProcessEntry& process, int signal) {
  const UniqueFd fd = open_process(process);
  return fd && ::syscall(SYS_pidfd_send_signal, fd.get(), signal, nullptr, 0) == 0;
}

}  // namespace weir::scheduler
