// Diagnostic: one finding about a unit, with its place and what to write instead.
//
// Made by the parser and the validator; documented by code in
// docs/diagnostics.md. Errors stop a unit from running, warnings never do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "base/value.h"

namespace weir::parser {

struct Unit;

enum class Severity : uint8_t { warning, error };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;     // "E001", "W003"
  std::string message;  // one line, lower case, no full stop
  std::string help;     // what to write; may be empty
  Span span;
};

/// "file:line:col: error: message [E001]", the source line, a caret line under the
/// span, and a "help:" line where there is one (LANGUAGE 11.1). Ends with a newline.
std::string render(const Diagnostic& diagnostic, const Unit& unit);

/// The same as a row: {code, severity, file, line, column, end_line, end_column, message, help}.
Value to_row(const Diagnostic& diagnostic, const Unit& unit);

}  // namespace weir::parser
