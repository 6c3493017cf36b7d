#include "gate/daemon/machine_reading.h"

#include <cstdlib>

#include "base/proc_file.h"
#include "gate/lock_files.h"

namespace weir::gate::daemon {

namespace {

constexpr std::uint64_t kKibibyte = 1024;

double pressure_of(const char* path, std::string_view line) {
  return parse_pressure(read_proc_file(path).value_or(""), line);
}

}  // namespace

Machine read_machine() {
  Machine machine{.processors = usable_processors()};
  const auto meminfo = read_proc_file("/proc/meminfo");
  if (const auto available = parse_memory_available(meminfo.value_or(""))) {
    machine.memory_available = *available;
  }
  machine.memory_some10 = pressure_of("/proc/pressure/memory", "some");
  machine.io_full10 = pressure_of("/proc/pressure/io", "full");
  return machine;
}

std::optional<std::uint64_t> parse_memory_available(std::string_view meminfo) {
  constexpr std::string_view kName = "MemAvailable:";
  const size_t at = meminfo.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = meminfo.substr(at + kName.size());
  const auto kibibytes = parse_number(take_word(rest));
  return kibibytes ? std::optional(*kibibytes * kKibibyte) : std::nullopt;
}

double parse_pressure(std::string_view text, std::string_view line) {
  constexpr std::string_view kName = "avg10=";
  const size_t begin = text.find(line);
  const size_t at = text.find(kName, std::min(begin, text.size()));
  if (begin == std::string_view::npos || at == std::string_view::npos) return 0;
  std::string_view rest = text.substr(at + kName.size());
  return std::strtod(std::string(take_word(rest)).c_str(), nullptr);
}

}  // namespace weir::gate::daemon
