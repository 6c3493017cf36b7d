// Tracing: what `set -x` prints of each command before it runs, behind $PS4.
#pragma once

#include <string>

#include "kernel/context.h"
#include "loop/task.h"

namespace weir::kernel {

/// A word as it could be written in source.
std::string traced_value(const Value& value);
/// Writes one line of the trace to stderr.
loop::Task<void> trace(Context& ctx, std::string line);

}  // namespace weir::kernel
