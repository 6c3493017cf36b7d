// The tree as text, for tests and `weir --dump-ast`: one S-expression a
// statement, stable, without spans.
#pragma once

#include <string>

#include "parser/ast.h"

namespace weir::parser {

std::string dump(const Unit& unit);

}  // namespace weir::parser
