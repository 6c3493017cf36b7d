// How operators are written: for the dump and for messages.
#pragma once

#include <string_view>

#include "parser/ast.h"

namespace weir::parser {

std::string_view name_of(RedirectOp op);
std::string_view name_of(ParameterOp op);  // without the colon
std::string_view name_of(ArithOp op);
std::string_view name_of(TestOp op);

}  // namespace weir::parser
