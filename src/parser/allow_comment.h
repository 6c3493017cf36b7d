// `# weir: allow W063`: the comment that silences warnings on its line, or, on a
// line of its own, on the next one. Errors cannot be silenced.
#pragma once

#include <vector>

#include "parser/ast.h"
#include "parser/diagnostic.h"

namespace weir::parser {

/// Takes the warnings out that a comment of the unit allows.
void remove_allowed(std::vector<Diagnostic>& found, const Unit& unit);

}  // namespace weir::parser
