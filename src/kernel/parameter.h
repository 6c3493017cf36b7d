// Parameter expansion: `$x`, `${x…}` with its operators, in steps that let the
// caller expand the operand in between, at once or after waiting.
#pragma once

#include <optional>

#include "kernel/context.h"
#include "kernel/pattern.h"
#include "parser/ast.h"

namespace weir::kernel {

/// The parameter looked up, with its path: what is there, or why nothing is.
struct ParameterState {
  std::optional<Value> value;
  std::optional<Error> absence;  // of an element: what the container holds instead
};
Result<ParameterState> look_up(Context& ctx, const parser::ParameterPart& part, const List& path);

/// Which operand the operator needs now, given what is there.
enum class OperandUse : uint8_t { none, value, pattern, pattern_and_text };
OperandUse operand_use(const parser::ParameterPart& part, const ParameterState& state);

struct Operands {
  Value value;                           // for fallback, assign, require, alternate
  std::vector<PatternSegment> pattern;   // for trims and replacements
  std::string replacement;
};
/// The value of the part. `path` is needed for `:=`.
Result<Value> apply(Context& ctx, const parser::ParameterPart& part, ParameterState state,
                    const List& path, Operands operands);

}  // namespace weir::kernel
