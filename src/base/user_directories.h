// Where weir keeps what belongs to a user: one rule for the shell and for the gate.
//
// The variables are asked through a function: the shell has variables of its own, other parts have
// the process's environment. A relative path is as good as none, as XDG says.
#pragma once

#include <functional>
#include <string>

namespace weir {

/// The value of a variable; "" when it has none.
using VariableLookup = std::function<std::string(const char* name)>;

/// $WEIR_STATE_DIR, $XDG_STATE_HOME/weir, else ~/.local/state/weir; "" without any of them. A HOME
/// that is not there counts as none: nobody else's directories are made for it.
std::string state_directory(const VariableLookup& variable);
/// Why there is none. REQUIRES: state_directory() is "".
std::string no_directory_reason(const VariableLookup& variable);

/// $WEIR_RUNTIME_DIR, $XDG_RUNTIME_DIR/weir, else `run` in the state directory; "" without any.
std::string runtime_directory(const VariableLookup& variable);

}  // namespace weir
