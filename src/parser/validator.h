// Validating: what is wrong with a text that parses, found without running it (LANGUAGE 12).
//
// Called by the kernel before each unit runs (errors alone: one walk over the
// commands, each as soon as it is parsed) and for `weir -n` and `validate`
// (warnings, too). An error is what
// fails for certain whenever its command runs, so that no program that works is
// refused; everything else is a warning. Findings come in the order of the text
// and are documented by code in docs/diagnostics.md.
#pragma once

#include "parser/parser.h"
#include "parser/surroundings.h"

namespace weir::parser {

/// What to look for: what keeps the unit from running, or warnings, too.
enum class Findings : uint8_t { errors, all };

/// parse(), and where that went well the findings: `ok` with warnings, or `error`.
/// Without `keeps_tree` the unit has no body afterwards and cannot run: faster, in little memory.
ParseResult parse_and_validate(std::string name, std::string source, uint32_t first_line,
                               const Surroundings& shell, Findings findings,
                               bool keeps_tree = true);

}  // namespace weir::parser
