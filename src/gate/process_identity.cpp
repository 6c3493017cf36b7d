#include "gate/process_identity.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "base/proc_file.h"

namespace weir::gate {

const std::string& boot_id() {
  static const std::string id = [] {
    const auto text = read_proc_file("/proc/sys/kernel/random/boot_id");
    std::string_view rest = text ? std::string_view(*text) : std::string_view();
    return std::string(take_word(rest));
  }();
  return id;
}

Instant instant_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::duration_cast<Instant>(std::chrono::seconds(now.tv_sec) +
                                             std::chrono::nanoseconds(now.tv_nsec));
}

std::optional<ProcessIdentity> identify_process(pid_t pid) {
  const auto stat = read_process_stat(pid);
  if (!stat) return std::nullopt;
  return ProcessIdentity{boot_id(), pid, stat->start};
}

Instant started_at(const ProcessIdentity& process) { return from_clock_ticks(process.start); }

UniqueFd open_identity(const ProcessIdentity& process) {
  if (process.pid <= 0 || process.boot != boot_id()) return UniqueFd();
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) return fd;
  // Looked at after the opening: what has this start time now is what the descriptor is of.
  const auto stat = read_process_stat(process.pid);
  if (!stat || stat->start != process.start || stat->is_zombie()) return UniqueFd();
  return fd;
}

bool is_alive(const ProcessIdentity& process) {
  if (process.pid <= 0 || process.boot != boot_id()) return false;
  const auto stat = read_process_stat(process.pid);
  return stat && stat->start == process.start && !stat->is_zombie();
}

bool lives_on(const ProcessIdentity& process) {
  const auto stat = read_process_stat(process.pid);
  return stat && !stat->is_ending && is_alive(process);
}

}  // namespace weir::gate
