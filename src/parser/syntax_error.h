// SyntaxError: how the grammar and the builder leave a parse that cannot go on.
//
// Thrown once, caught by parse(), never seen outside of src/parser.
#pragma once

#include <string>

#include "parser/diagnostic.h"

namespace weir::parser {

struct SyntaxError {
  Diagnostic diagnostic;
  bool incomplete = false;  // more text could make it right
  std::string missing;      // incomplete: what would end it
};

}  // namespace weir::parser
