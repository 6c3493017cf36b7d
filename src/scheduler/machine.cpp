#include "scheduler/machine.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "base/unique_fd.h"

namespace weir::scheduler {

namespace {

/// The beginning of a small file of /proc, which never waits.
std::string_view read_proc(const char* path, char* buffer, size_t size) {
  const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  const ssize_t n = fd ? ::read(fd.get(), buffer, size) : 0;
  return {buffer, static_cast<size_t>(n > 0 ? n : 0)};
}

uint64_t number_at(std::string_view text) {
  const size_t begin = text.find_first_of("0123456789");
  uint64_t number = 0;
  if (begin != text.npos) std::from_chars(text.data() + begin, text.data() + text.size(), number);
  return number;
}

}  // namespace

// Like GNU make 4.4: the averages in front of it follow too slowly.
double machine_load() {
  char buffer[128];
  const std::string_view text = read_proc("/proc/loadavg", buffer, sizeof buffer);
  const size_t slash = text.find('/');
  if (slash == text.npos) return 0;
  const size_t blank = text.rfind(' ', slash);
  const auto running = static_cast<double>(number_at(text.substr(blank + 1)));
  return running > 0 ? running - 1 : 0;
}

uint64_t free_memory() {
  char buffer[1024];
  const std::string_view text = read_proc("/proc/meminfo", buffer, sizeof buffer);
  const size_t at = text.find("MemAvailable:");
  return at == text.npos ? UINT64_MAX : number_at(text.substr(at)) * 1024;
}

}  // namespace weir::scheduler
