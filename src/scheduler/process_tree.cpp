#include "scheduler/process_tree.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/proc_file.h"
#include "base/process_stat.h"

namespace weir::scheduler {

namespace {

void append_children(pid_t pid, std::vector<pid_t>& children) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  each_number_in(tasks, [&](pid_t thread) {
    const auto text = read_proc_file(tasks + "/" + std::to_string(thread) + "/children");
    if (!text) return;
    std::string_view rest = *text;
    while (const auto child = parse_number(take_word(rest)))
      children.push_back(static_cast<pid_t>(*child));
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

}  // namespace

std::optional<ProcessEntry> find_process(pid_t pid) {
  const auto stat = read_process_stat(pid);
  if (!stat) return std::nullopt;
  return ProcessEntry{.pid = pid,
                      .parent = stat->parent,
                      .group = stat->group,
                      .start_time = stat->start,
                      .is_zombie = stat->is_zombie(),
                      .is_stopped = stat->is_stopped(),
                      .is_ending = stat->is_ending,
                      .state = stat->state};
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

bool ignores_signal(pid_t pid, int signal) {
  return has_signal(pid, SignalSet::ignored, signal).value_or(false);
}

bool catches_signal(pid_t pid, int signal) {
  return has_signal(pid, SignalSet::caught, signal).value_or(false);
}

bool awaits_signal(pid_t pid, int signal) {
  return has_signal(pid, SignalSet::pending, signal).value_or(false);
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
