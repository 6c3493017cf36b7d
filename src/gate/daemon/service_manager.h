// The protocol of systemd, spoken directly: a socket that is handed over, and READY=1.
#pragma once

#include <string_view>

#include "base/unique_fd.h"

namespace weir::gate::daemon {

/// The one listening socket of LISTEN_FDS, close-on-exec and non-blocking; none without it. The
/// variables are removed: they are for this process alone.
UniqueFd take_activation_socket();
/// "READY=1" and the like to NOTIFY_SOCKET, when there is one.
void tell_service_manager(std::string_view state);

}  // namespace weir::gate::daemon
