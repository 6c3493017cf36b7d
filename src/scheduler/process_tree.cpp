#include "scheduler/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace weir::scheduler {

namespace {

/// proc(5): "pid (comm) state ppid pgrp …"; comm may hold spaces and parentheses.
std::optional<TreeProcess> read_stat(pid_t pid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  char text[1024];
  const ssize_t size = ::read(file.get(), text, sizeof text - 1);
  if (size <= 0) return std::nullopt;
  text[size] = '\0';
  const char* after = std::strrchr(text, ')');
  if (!after) return std::nullopt;
  TreeProcess process;
  process.pid = pid;
  char state = 0;
  int parent = 0;
  int group = 0;
  unsigned long long start = 0;
  const int got = std::sscanf(after + 1,
                              " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
                              "%*d %*d %llu",
                              &state, &parent, &group, &start);
  if (got != 4 || state == 'Z' || state == 'X') return std::nullopt;
  process.parent = parent;
  process.group = group;
  process.start_time = start;
  return process;
}

std::vector<TreeProcess> all_processes() {
  std::vector<TreeProcess> all;
  DIR* dir = ::opendir("/proc");
  if (!dir) return all;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (ec != std::errc() || end != name.data() + name.size()) continue;
    if (auto process = read_stat(pid)) all.push_back(*process);
  }
  ::closedir(dir);
  return all;
}

}  // namespace

std::vector<TreeProcess> find_descendants(std::span<const pid_t> roots) {
  auto all = all_processes();
  std::ranges::sort(all, {}, &TreeProcess::parent);
  std::vector<TreeProcess> found;
  std::vector<pid_t> open(roots.begin(), roots.end());
  while (!open.empty()) {
    const pid_t parent = open.back();
    open.pop_back();
    for (const auto& child : std::ranges::equal_range(all, parent, {}, &TreeProcess::parent)) {
      if (std::ranges::find(roots, child.pid) != roots.end()) continue;
      found.push_back(child);
      open.push_back(child.pid);
    }
  }
  return found;
}

bool send(const TreeProcess& process, int signal) {
  const auto now = read_stat(process.pid);
  return now && now->start_time == process.start_time && ::kill(process.pid, signal) == 0;
}

}  // namespace weir::scheduler
