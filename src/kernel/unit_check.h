// check_unit(): text to a unit that may run, or the messages why not (D4).
#pragma once

#include <string>

#include "kernel/context.h"
#include "parser/ast.h"
#include "parser/parser.h"

namespace weir::kernel {

/// What to report: what keeps the unit from running, or warnings, too.
enum class Findings : uint8_t { errors, all };

struct CheckedUnit {
  parser::UnitPtr unit;      // null when it must not run
  std::string messages;      // rendered errors, with newlines; empty when there are none
  parser::Outcome outcome = parser::Outcome::ok;  // incomplete: more text could complete it
};

/// Parses and validates with the builtins and names of the context.
CheckedUnit check_unit(Context& ctx, std::string name, std::string text,
                       Findings findings = Findings::errors, uint32_t first_line = 1);

}  // namespace weir::kernel
