// Starting the daemon: the first client that finds none does it.
//
// Called by Client::connect. One starter at a time (flock); the daemon is a grandchild in a session
// of its own, so that neither its parent's end, nor a terminal's, nor a kill of the group reaches
// it. It runs `weir -c 'gate serve'`.
#pragma once

#include "gate/places.h"
#include "gate/request.h"

namespace weir::gate {

/// The program that asks, whatever its name.
inline constexpr const char* kThisProgram = "/proc/self/exe";

/// What a daemon writes to its --ready-fd: it listens, or it gives way to another that runs.
inline constexpr char kListens = '1';
inline constexpr char kGaveWay = '0';

/// Ok when a daemon listens now, also when somebody else has started it meanwhile.
/// `weir` is the path of the program that becomes the daemon.
Result<void> start_daemon(const Places& places, const std::string& weir, Duration limit);

}  // namespace weir::gate
