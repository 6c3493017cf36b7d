#include "gate/daemon/tagged_processes.h"

#include <unistd.h>

#include "gate/proc_file.h"
#include "gate/process_identity.h"

namespace weir::gate::daemon {

namespace {

bool has_variable(std::string_view environment, std::string_view entry) {
  for (size_t at = environment.find(entry); at != std::string_view::npos;
       at = environment.find(entry, at + 1)) {
    const bool begins = at == 0 || environment[at - 1] == '\0';
    const size_t end = at + entry.size();
    if (begins && (end == environment.size() || environment[end] == '\0')) return true;
  }
  return false;
}

}  // namespace

std::vector<ProcessIdentity> tagged_processes(const std::string& tag, pid_t session) {
  const std::string entry = "GATE_LEASE=" + tag;
  std::vector<ProcessIdentity> found;
  each_number_in("/proc", [&](int pid) {
    if (pid == ::getpid()) return;
    const auto environment = read_proc_file("/proc/" + std::to_string(pid) + "/environ");
    if (!environment || !has_variable(*environment, entry)) return;
    const auto stat = read_process_stat(pid);
    if (!stat || stat->state == 'Z' || (session > 0 && stat->session != session)) return;
    found.push_back({boot_id(), pid, stat->start});
  });
  return found;
}

}  // namespace weir::gate::daemon
