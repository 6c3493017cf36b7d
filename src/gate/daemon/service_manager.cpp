#include "gate/daemon/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace weir::gate::daemon {

namespace {

constexpr int kFirstHanded = 3;  // sd_listen_fds(3)

bool is_for_us(const char* pid) { return pid && std::strtol(pid, nullptr, 10) == ::getpid(); }

}  // namespace

UniqueFd take_activation_socket() {
  const char* const count = std::getenv("LISTEN_FDS");
  const bool has_one =
      count && std::string_view(count) == "1" && is_for_us(std::getenv("LISTEN_PID"));
  for (const char* name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"}) ::unsetenv(name);
  int listens = 0;
  socklen_t size = sizeof listens;
  const bool is_listening =
      has_one && ::getsockopt(kFirstHanded, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0;
  if (!is_listening || listens == 0) return UniqueFd();
  ::fcntl(kFirstHanded, F_SETFD, FD_CLOEXEC);
  ::fcntl(kFirstHanded, F_SETFL, ::fcntl(kFirstHanded, F_GETFL) | O_NONBLOCK);
  return UniqueFd(kFirstHanded);
}

void tell_service_manager(std::string_view state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  const size_t size = path ? std::strlen(path) : 0;
  if (size < 2 || size >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, size);
  if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract name
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  (void)!::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address),
                  static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
}

}  // namespace weir::gate::daemon
