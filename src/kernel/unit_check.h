// check_unit(): text to a unit that may run, or the messages why not (D4).
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "parser/ast.h"
#include "parser/parser.h"
#include "parser/validator.h"

namespace weir::kernel {

using parser::Findings;

/// What the text is, which decides what may stand in it.
enum class TextRole : uint8_t {
  program,  // a file, -c, an entry at the prompt
  sourced,  // `return` leaves it; other texts share its functions and variables
  trap,     // runs anywhere: in a function, in a loop
};

struct CheckOptions {
  Findings findings = Findings::errors;
  TextRole role = TextRole::program;
  uint32_t first_line = 1;
  /// Check it as another weir would run it: of the context only builtins, options and the
  /// environment.
  bool is_fresh = false;
  /// Only the findings are wanted: there is no unit afterwards, however good the text is.
  bool is_check_only = false;
};

struct CheckedUnit {
  parser::UnitPtr unit;       // null when it must not run, or was only checked
  parser::UnitPtr text;       // always set: what `diagnostics` are about
  std::vector<parser::Diagnostic> diagnostics;
  std::string messages;       // the first 100 rendered, with newlines; empty when there are none
  parser::Outcome outcome = parser::Outcome::ok;  // incomplete: more text could complete it
  bool is_valid() const { return outcome == parser::Outcome::ok; }
};

/// Parses and validates with the builtins and names of the context.
CheckedUnit check_unit(const Context& ctx, std::string name, std::string text,
                       CheckOptions options = {});
/// The findings as records (parser/diagnostic.h).
List finding_rows(const CheckedUnit& checked);
/// What the text could run, as records (parser/plan.h). REQUIRES: there is a unit.
List plan_rows(const Context& ctx, const CheckedUnit& checked, CheckOptions options);

}  // namespace weir::kernel
