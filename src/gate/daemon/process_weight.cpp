#include "gate/daemon/process_weight.h"

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/proc_file.h"
#include "gate/tagged_processes.h"

namespace weir::gate::daemon {

namespace {

constexpr int kLowNice = 19;
constexpr int kRaisedNice = 10;
constexpr rlim_t kRoomForNiceZero = 20;  // getrlimit(2): nice may fall to 20 - RLIMIT_NICE

bool has_right_to_raise() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3]{};
  return ::syscall(SYS_capget, &header, data) == 0 && (data[0].effective >> CAP_SYS_NICE & 1) != 0;
}

bool has_way_back(pid_t process) {
  rlimit limit{};
  return has_right_to_raise() || (::prlimit(process, RLIMIT_NICE, nullptr, &limit) == 0 &&
                                  limit.rlim_cur >= kRoomForNiceZero);
}

int nice_of_process(pid_t process) {
  errno = 0;
  const int nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(process));
  return errno == 0 ? nice : 0;
}

/// How many threads changed. On Linux the value belongs to the thread.
int nice_threads(pid_t process, int nice) {
  int changed = 0;
  each_number_in("/proc/" + std::to_string(process) + "/task", [&](int thread) {
    const auto who = static_cast<id_t>(thread);
    errno = 0;
    if (::getpriority(PRIO_PROCESS, who) == nice || errno != 0) return;
    if (::setpriority(PRIO_PROCESS, who, nice) == 0) ++changed;
  });
  return changed;
}

}  // namespace

int nice_of(Weight weight, pid_t client) {
  const int own = nice_of_process(client);
  if (weight == Weight::full) return own;
  const bool is_low = weight == Weight::low && has_way_back(client);
  return std::max(own, is_low ? kLowNice : kRaisedNice);
}

int nice_processes(const std::string& tag, pid_t unix_session, int nice) {
  int changed = 0;
  for (const ProcessIdentity& process : tagged_processes(tag, unix_session)) {
    changed += nice_threads(process.pid, nice);
  }
  return changed;
}

}  // namespace weir::gate::daemon
