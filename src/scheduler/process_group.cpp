#include "scheduler/process_group.h"

#include <algorithm>
#include <csignal>
#include <set>

#include "scheduler/process_tree.h"

namespace weir::scheduler {

pid_t ProcessGroup::to_join() const {
  for (auto at = members_.rbegin(); at != members_.rend(); ++at) {
    if (!(*at)->ended) return (*at)->group;
  }
  return 0;
}

void ProcessGroup::add(ProcessPtr process) {
  std::erase_if(members_, [](const ProcessPtr& member) { return member->ended; });
  members_.push_back(std::move(process));
}

std::vector<pid_t> ProcessGroup::live() const {
  std::vector<pid_t> pids;
  for (const auto& member : members_) {
    if (!member->ended) pids.push_back(member->pid);
  }
  return pids;
}

bool ProcessGroup::empty() const {
  return std::ranges::all_of(members_, [](const ProcessPtr& member) { return member->ended; });
}

size_t ProcessGroup::signal(int signal) const {
  std::set<pid_t> groups;
  std::vector<pid_t> roots;
  for (const auto& member : members_) {
    if (member->ended) continue;
    roots.push_back(member->pid);
    if (member->group > 0) groups.insert(member->group);
  }
  if (roots.empty()) return 0;
  // Looked for before the signal: after it, orphans have another parent.
  const auto descendants = find_descendants(roots);
  size_t count = 0;
  for (pid_t group : groups) count += ::kill(-group, signal) == 0;
  for (pid_t root : roots) {
    if (groups.empty()) count += ::kill(root, signal) == 0;
  }
  for (const auto& descendant : descendants) {
    if (!groups.contains(descendant.group)) count += send(descendant, signal);
  }
  return count;
}

}  // namespace weir::scheduler
