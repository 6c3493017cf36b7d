#include "gate/tagged_processes.h"

#include <unistd.h>

#include "base/proc_file.h"
#include "gate/process_identity.h"

namespace weir::gate {

namespace {

constexpr std::string_view kTag = "GATE_LEASE=";

/// Calls `visit` with each "NAME=value" of its environment, until that is true.
bool any_variable(int pid, const std::function<bool(std::string_view)>& visit) {
  const auto environment = read_proc_file("/proc/" + std::to_string(pid) + "/environ");
  std::string_view rest = environment ? std::string_view(*environment) : std::string_view();
  while (!rest.empty()) {
    const size_t size = std::min(rest.find('\0'), rest.size());
    if (visit(rest.substr(0, size))) return true;
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return false;
}

bool has_variable(int pid, std::string_view wanted) {
  return any_variable(pid, [&](std::string_view variable) { return variable == wanted; });
}

/// The tag of a process; "" when it has none.
std::string tag_of(int pid) {
  std::string tag;
  any_variable(pid, [&](std::string_view variable) {
    if (!variable.starts_with(kTag)) return false;
    tag = variable.substr(kTag.size());
    return true;
  });
  return tag;
}

}  // namespace

std::vector<ProcessIdentity> processes_with(const std::string& variable, pid_t session) {
  std::vector<ProcessIdentity> found;
  each_number_in("/proc", [&](int pid) {
    if (pid == ::getpid() || !has_variable(pid, variable)) return;
    const auto stat = read_process_stat(pid);
    if (!stat || stat->state == 'Z') return;
    if (session != kAnySession && stat->session != session) return;
    found.push_back({boot_id(), pid, stat->start});
  });
  return found;
}

std::vector<ProcessIdentity> tagged_processes(const std::string& tag, pid_t session) {
  return processes_with(std::string(kTag) + tag, session);
}

std::map<std::string, Duration> processor_time_by_tag() {
  std::map<std::string, Duration> used;
  each_number_in("/proc", [&](int pid) {
    const std::string tag = tag_of(pid);
    const auto stat = tag.empty() ? std::nullopt : read_process_stat(pid);
    if (stat) used[tag] += stat->processor_time;
  });
  return used;
}

}  // namespace weir::gate
