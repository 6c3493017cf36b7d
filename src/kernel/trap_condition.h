// What `trap` can be set for: EXIT, ERR or a signal. Asked by `trap` when it runs, and by the
// checks before a text runs.
#pragma once

#include <string_view>

#include "base/error.h"

namespace weir::kernel {

/// A key of Scope::traps for "EXIT", "ERR", "INT", "SIGINT", "2"; 0 is EXIT. The error says what
/// there is, and what does what DEBUG and RETURN of other shells do.
Result<int> parse_trap_condition(std::string_view text);
/// The same, and an error for signals that no trap can be set for: KILL, STOP, CHLD.
Result<int> parse_settable_condition(std::string_view text);

}  // namespace weir::kernel
