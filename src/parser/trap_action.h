// The action of `trap TEXT SIGNAL…`: text that runs later as code.
#pragma once

#include "parser/call.h"

namespace weir::parser {

/// The word of the action where it is static and there is code in it; null for
/// other commands, for `trap - INT`, `trap '' INT`, `trap INT` and flags.
const Word* trap_action(const Call& call);
/// True where the action is known only at run time.
bool has_unknown_action(const Call& call);

}  // namespace weir::parser
