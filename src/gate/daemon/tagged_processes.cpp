#include "gate/daemon/tagged_processes.h"

#include <unistd.h>

#include "gate/proc_file.h"
#include "gate/process_identity.h"

namespace weir::gate::daemon {

namespace {

/// The tag of a process; "" when it has none.
std::string tag_of(int pid) {
  constexpr std::string_view kName = "GATE_LEASE=";
  const auto environment = read_proc_file("/proc/" + std::to_string(pid) + "/environ");
  if (!environment) return {};
  const std::string_view text = *environment;
  for (size_t at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at + 1)) {
    if (at > 0 && text[at - 1] != '\0') continue;
    const std::string_view value = text.substr(at + kName.size());
    return std::string(value.substr(0, value.find('\0')));
  }
  return {};
}

}  // namespace

std::vector<ProcessIdentity> tagged_processes(const std::string& tag, pid_t session) {
  std::vector<ProcessIdentity> found;
  each_number_in("/proc", [&](int pid) {
    if (pid == ::getpid() || tag_of(pid) != tag) return;
    const auto stat = read_process_stat(pid);
    if (!stat || stat->state == 'Z' || (session > 0 && stat->session != session)) return;
    found.push_back({boot_id(), pid, stat->start});
  });
  return found;
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

}  // namespace weir::gate::daemon
