#include "base/process_stat.h"

#include <unistd.h>

#include <string>
#include <string_view>

#include "base/proc_file.h"

namespace weir {

namespace {

// Words of /proc/PID/stat after the name's ')': proc(5) counts the state as field 3.
constexpr int kFirstField = 3;
constexpr int kParent = 4;
constexpr int kGroup = 5;
constexpr int kSession = 6;
constexpr int kTerminal = 7;
constexpr int kFlags = 9;
constexpr int kFirstTime = 14;  // utime, stime, cutime, cstime
constexpr int kLastTime = 17;
constexpr int kStart = 22;

constexpr std::uint64_t kExiting = 0x4;  // PF_EXITING

/// A line of /proc/PID/status with a set of signals in hexadecimal digits.
std::optional<std::uint64_t> read_set(std::string_view status, std::string_view name) {
  const size_t at = status.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = status.substr(at + name.size());
  return parse_number(take_word(rest), 16);
}

}  // namespace

std::chrono::milliseconds from_clock_ticks(std::uint64_t ticks) {
  static const long per_second = ::sysconf(_SC_CLK_TCK);
  constexpr long kUsual = 100;
  return std::chrono::milliseconds(static_cast<std::int64_t>(ticks) * 1000 /
                                   (per_second > 0 ? per_second : kUsual));
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
    if (field == kFlags) stat.is_ending = stat.is_zombie() || (number & kExiting) != 0;
    if (field >= kFirstTime && field <= kLastTime) ticks += number;
    if (field == kStart) stat.start = number;
  }
  stat.processor_time = from_clock_ticks(ticks);
  return stat;
}

std::optional<bool> has_signal(pid_t pid, SignalSet set, int signal) {
  const auto status = read_proc_file("/proc/" + std::to_string(pid) + "/status");
  if (!status) return std::nullopt;
  std::optional<std::uint64_t> signals;
  if (set == SignalSet::ignored) signals = read_set(*status, "\nSigIgn:");
  if (set == SignalSet::caught) signals = read_set(*status, "\nSigCgt:");
  if (set == SignalSet::pending) {
    signals = read_set(*status, "\nShdPnd:");
    if (signals) *signals |= read_set(*status, "\nSigPnd:").value_or(0);
  }
  if (!signals) return std::nullopt;
  return ((*signals >> (signal - 1)) & 1) != 0;
}

}  // namespace weir
