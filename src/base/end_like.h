// end_like(): the end of a process that stood for another one.
#pragma once

namespace weir {

/// Ends this process as `status`, which wait(2) gave, says: the same exit code, or death by the
/// same signal, without another core.
[[noreturn]] void end_like(int status);

}  // namespace weir
