#include "gate/daemon/session_weight.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/proc_file.h"
#include "base/unique_fd.h"
#include "gate/process_identity.h"

namespace weir::gate::daemon {

namespace {

constexpr int kLow = 19;
constexpr int kRaised = 10;

int nice_of(Weight weight) {
  if (weight == Weight::full) return 0;
  return weight == Weight::raised ? kRaised : kLow;
}

std::string autogroup_path(pid_t process) { return fmt::format("/proc/{}/autogroup", process); }

/// False when it is to be tried again. A refusal, or a process that is gone, is final.
bool write_nice(pid_t process, int nice) {
  const UniqueFd file(::open(autogroup_path(process).c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return true;
  const std::string text = std::to_string(nice);
  return ::write(file.get(), text.data(), text.size()) > 0 || errno != EAGAIN;
}

bool is_in(const std::string& group, pid_t process) {
  const auto found = autogroup_of(process);
  return found && found->name == group;
}

bool has_terminal(pid_t process) {
  const auto stat = read_process_stat(process);
  return !stat || stat->terminal != 0;
}

}  // namespace

// "/autogroup-5 nice 0"
std::optional<Autogroup> autogroup_of(pid_t process) {
  const auto text = read_proc_file(autogroup_path(process));
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  Autogroup group{.name = std::string(take_word(rest))};
  if (take_word(rest) != "nice") return std::nullopt;
  group.nice = std::atoi(std::string(take_word(rest)).c_str());
  return group;
}

void SessionWeight::set(pid_t session, pid_t process, Weight weight) {
  const int nice = nice_of(weight);
  auto found = touched_.find(session);
  auto group = autogroup_of(process);  // none when it is gone
  if (found != touched_.end() && group && group->name != found->second.group) {
    touched_.erase(found);  // another session with this number
    found = touched_.end();
  }
  if (found == touched_.end()) {
    if (nice == 0 || !group || group->nice != 0 || has_terminal(process)) return;
    found = touched_.emplace(session, Touched{process, std::move(group->name), 0, 0}).first;
  }
  if (group) found->second.process = process;
  found->second.wanted = nice;
  retry();
}

void SessionWeight::retry() {
  for (auto at = touched_.begin(); at != touched_.end();) {
    Touched& touched = at->second;
    if (touched.now != touched.wanted) {
      // The process that was named may be gone; the leader is most likely there.
      const pid_t process = is_in(touched.group, touched.process) ? touched.process : at->first;
      if (!is_in(touched.group, process) || write_nice(process, touched.wanted)) {
        touched.now = touched.wanted;
      }
    }
    at = touched.now == 0 && touched.wanted == 0 ? touched_.erase(at) : std::next(at);
  }
}

bool SessionWeight::has_pending() const {
  return std::ranges::any_of(
      touched_, [](const auto& entry) { return entry.second.now != entry.second.wanted; });
}

void SessionWeight::restore_all() {
  for (auto& [session, touched] : touched_) touched.wanted = 0;
  retry();
}

void SessionWeight::adopt(pid_t session, pid_t process) {
  auto group = autogroup_of(process);
  const auto stat = read_process_stat(process);
  if (!group || !stat || stat->session != session) return;
  if (group->nice != kLow && group->nice != kRaised) return;
  touched_.try_emplace(session, Touched{process, std::move(group->name), 0, group->nice});
}

}  // namespace weir::gate::daemon
