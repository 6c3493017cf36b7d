// A command inside of a lease: it is charged to its parent and must not wait for it.
//
// GATE_LEASE says so, and GATE_HOLDER names the shim that holds the lease (pid and start time):
// what outlives that one (a server that a program left behind) is on its own again.
#pragma once

#include <string>
#include <string_view>

#include "gate/environment_list.h"

namespace weir::gate {

/// Gives the variable by which what is inside of this lease, and of no other, can be known.
std::string mark_inside_lease(EnvironmentList& environment, std::string_view tag);
bool is_inside_lease(const EnvironmentList& environment);

}  // namespace weir::gate
