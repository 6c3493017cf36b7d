#include "gate/session_weight.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace weir::gate {

namespace {

constexpr int kLow = 19;

bool has_terminal() {
  return static_cast<bool>(UniqueFd(::open("/dev/tty", O_RDONLY | O_CLOEXEC)));
}

/// "/autogroup-6 nice 0"
std::optional<int> session_nice() {
  const UniqueFd file(::open("/proc/self/autogroup", O_RDONLY | O_CLOEXEC));
  char text[128];
  const ssize_t size = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (size <= 0) return {};
  text[size] = '\0';
  const char* nice = std::strstr(text, " nice ");
  if (!nice) return {};
  return std::atoi(nice + 6);
}

bool set_session_nice(int nice) {
  const UniqueFd file(::open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(nice);
  return file && ::write(file.get(), text.data(), text.size()) == std::ssize(text);
}

}  // namespace

SessionWeight::SessionWeight(Band band) {
  const auto now = session_nice();
  if (!now || has_terminal()) return;
  if (band == Band::bulk && *now == 0) was_lowered_ = set_session_nice(kLow);
  if (band == Band::focus && *now == kLow) set_session_nice(0);
}

SessionWeight::~SessionWeight() {
  if (was_lowered_) set_session_nice(0);
}

}  // namespace weir::gate
