// Which entries are worth keeping, and where: HISTFILE, HISTIGNORE, a leading space.
#pragma once

#include <string>
#include <string_view>

#include "kernel/context.h"

namespace weir::repl {

/// HISTFILE where it is set (empty: no file), else `history` in the state directory
/// (base/user_directories.h); empty without one.
std::string history_path(const kernel::Context& ctx);
/// Why nothing is kept although nobody has asked for that; or "".
std::string no_history_reason(const kernel::Context& ctx);
/// False for a leading blank, and for what a pattern of HISTIGNORE (separated by `:`) matches
/// whole.
bool is_worth_keeping(const kernel::Context& ctx, std::string_view text);

}  // namespace weir::repl
