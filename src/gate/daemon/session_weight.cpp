#include "gate/daemon/session_weight.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/unique_fd.h"
#include "gate/proc_file.h"

namespace weir::gate::daemon {

namespace {

std::string autogroup_path(pid_t process) { return fmt::format("/proc/{}/autogroup", process); }

bool write_nice(pid_t process, int nice) {
  const UniqueFd file(::open(autogroup_path(process).c_str(), O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(nice);
  return file && ::write(file.get(), text.data(), text.size()) > 0;
}

}  // namespace

// "/autogroup-5 nice 0"
std::optional<int> autogroup_nice(pid_t process) {
  constexpr std::string_view kNice = " nice ";
  const auto text = read_proc_file(autogroup_path(process));
  const size_t at = text ? text->find(kNice) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  return std::atoi(text->c_str() + at + kNice.size());
}

void SessionWeight::set(pid_t session, pid_t process, std::optional<int> nice) {
  const auto found = touched_.find(session);
  if (!nice) {
    if (found == touched_.end()) return;
    // The process that was named first may be gone; the leader is most likely there.
    if (!write_nice(process, found->second.before)) write_nice(session, found->second.before);
    touched_.erase(found);
    return;
  }
  if (found != touched_.end() && found->second.now == *nice) return;
  const auto before = autogroup_nice(process);
  if (!before || !write_nice(process, *nice)) return;
  touched_.try_emplace(session, Touched{process, *before, *nice}).first->second.now = *nice;
}

void SessionWeight::restore_all() {
  for (const auto& [session, touched] : touched_) {
    if (!write_nice(session, touched.before)) write_nice(touched.process, touched.before);
  }
  touched_.clear();
}

}  // namespace weir::gate::daemon
