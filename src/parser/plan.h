// The plan: what a text could run, without running it (LANGUAGE 12).
//
// For a program that has to decide whether to allow a text. The plan is complete:
// whatever way the text takes, it runs no command, writes no file by redirection
// and sets no variable by assignment that has no row, except through what a row
// names as dynamic. docs/language.md describes the fields of a row.
#pragma once

#include <vector>

#include "base/value.h"
#include "parser/ast.h"
#include "parser/surroundings.h"

namespace weir::parser {

/// A record for each command, in the order of the text. REQUIRES: the unit parsed.
std::vector<Value> plan(const Unit& unit, const Surroundings& shell);

}  // namespace weir::parser
