// The environment of --json: programs that would page, colour, or ask a person do not.
// Exported variables, set before the text runs, so that the text may set others.
#pragma once

#include "kernel/context.h"

namespace weir::kernel {

void enter_agent_environment(Context& ctx);

}  // namespace weir::kernel
