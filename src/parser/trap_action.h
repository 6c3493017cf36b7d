// The words of `trap TEXT SIGNAL…`: text that runs later as code, and when.
#pragma once

#include "parser/call.h"

namespace weir::parser {

/// The word of the action where it is static and there is code in it; null for
/// other commands, for `trap - INT`, `trap '' INT`, `trap INT` and flags.
const Word* trap_action(const Call& call);
/// True where the action is known only at run time.
bool has_unknown_action(const Call& call);

/// The words that name what the action is set for; a lone word is one. None behind flags, and
/// behind a first word that may become several.
std::span<const Word* const> trap_conditions(const Call& call);

}  // namespace weir::parser
