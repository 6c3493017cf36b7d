// The functions that a text defines, wherever in it.
#pragma once

#include <string_view>
#include <unordered_set>

#include "parser/ast.h"

namespace weir::parser {

/// Views into the unit's source.
using FunctionNames = std::unordered_set<std::string_view>;
FunctionNames function_names(const Unit& unit);

}  // namespace weir::parser
