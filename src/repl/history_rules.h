// Which entries are worth keeping, and where: HISTFILE, HISTIGNORE, a leading space.
#pragma once

#include <string>
#include <string_view>

#include "kernel/context.h"

namespace weir::repl {

/// HISTFILE where it is set (empty: no file), else $XDG_STATE_HOME/weir/history; empty without a
/// HOME.
std::string history_path(const kernel::Context& ctx);
/// False for a leading blank, and for what a pattern of HISTIGNORE (separated by `:`) matches
/// whole.
bool is_worth_keeping(const kernel::Context& ctx, std::string_view text);

}  // namespace weir::repl
