#include "gate/process_identity.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "gate/proc_file.h"

namespace weir::gate {

namespace {

// Words of /proc/PID/stat after the name's ')': proc(5) counts the state as field 3.
constexpr int kFirstField = 3;
constexpr int kParent = 4;
constexpr int kGroup = 5;
constexpr int kSession = 6;
constexpr int kTerminal = 7;
constexpr int kFirstTime = 14;  // utime, stime, cutime, cstime
constexpr int kLastTime = 17;
constexpr int kStart = 22;

long ticks_per_second() {
  static const long ticks = ::sysconf(_SC_CLK_TCK);
  return ticks > 0 ? ticks : 100;
}

Duration from_ticks(std::uint64_t ticks) {
  return Duration(static_cast<std::int64_t>(ticks) * 1000 / ticks_per_second());
}

bool is_zombie(const ProcessStat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

}  // namespace

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

std::optional<ProcessStat> read_process_stat(pid_t pid) {
  const auto text = read_proc_file("/proc/" + std::to_string(pid) + "/stat");
  if (!text) return std::nullopt;
  const size_t name_end = text->rfind(')');  // the name may hold blanks and parentheses
  if (name_end == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(name_end + 1);
  ProcessStat stat;
  std::uint64_t ticks = 0;
  for (int field = kFirstField; field <= kStart; ++field) {
    const std::string_view word = take_word(rest);
    if (word.empty()) return std::nullopt;
    if (field == kFirstField) stat.state = word.front();
    const std::uint64_t number = parse_number(word).value_or(0);
    if (field == kParent) stat.parent = static_cast<pid_t>(number);
    if (field == kGroup) stat.group = static_cast<pid_t>(number);
    if (field == kSession) stat.session = static_cast<pid_t>(number);
    if (field == kTerminal) stat.terminal = static_cast<int>(number);
    if (field >= kFirstTime && field <= kLastTime) ticks += number;
    if (field == kStart) stat.start = number;
  }
  stat.processor_time = from_ticks(ticks);
  return stat;
}

std::optional<ProcessIdentity> identify_process(pid_t pid) {
  const auto stat = read_process_stat(pid);
  if (!stat) return std::nullopt;
  return ProcessIdentity{boot_id(), pid, stat->start};
}

Instant started_at(const ProcessIdentity& process) { return from_ticks(process.start); }

UniqueFd open_identity(const ProcessIdentity& process) {
  if (process.pid <= 0 || process.boot != boot_id()) return UniqueFd();
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) return fd;
  // Looked at after the opening: what has this start time now is what the descriptor is of.
  const auto stat = read_process_stat(process.pid);
  if (!stat || stat->start != process.start || is_zombie(*stat)) return UniqueFd();
  return fd;
}

bool is_alive(const ProcessIdentity& process) {
  if (process.pid <= 0 || process.boot != boot_id()) return false;
  const auto stat = read_process_stat(process.pid);
  return stat && stat->start == process.start && !is_zombie(*stat);
}

}  // namespace weir::gate
