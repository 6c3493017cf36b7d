// Readings of the machine: memory and pressure.
//
// Called by the gatekeeper's tick; the text parsers are apart for their tests. Everything that a
// kernel does not offer reads as no pressure.
#pragma once

#include <optional>
#include <string_view>

#include "gate/policy_state.h"

namespace weir::gate::daemon {

Machine read_machine();

/// MemAvailable of /proc/meminfo in bytes; nothing when it is not there.
std::optional<std::uint64_t> parse_memory_available(std::string_view meminfo);
/// avg10 of the line "some" or "full" of a file of /proc/pressure; 0 when it is not there.
double parse_pressure(std::string_view text, std::string_view line);

}  // namespace weir::gate::daemon
