// Arithmetic: `$(( … ))`, `(( … ))` and `for ((…))` over 64-bit integers.
//
// Evaluates the tree directly. Overflow and division by zero are errors (D11).
// Substitutions inside were expanded before (POSIX expands the whole expression
// first): the caller passes their results by node.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "kernel/context.h"
#include "parser/ast.h"

namespace weir::kernel {

/// Results of the operand words that hold substitutions, in any order.
using OperandValues = std::vector<std::pair<const parser::Word*, Value>>;

Result<int64_t> evaluate_arithmetic(Context& ctx, const parser::ArithExpr& expr,
                                    const OperandValues& operands = {});

/// The operand words of `expr` that hold substitutions, in order of the text.
void collect_substitutions(const parser::ArithExpr& expr, std::vector<const parser::Word*>& words);

/// An integer as arithmetic reads it from text: blanks around, a sign, hex,
/// octal, base#digits. The error says what is wrong with `text`.
Result<int64_t> parse_integer(std::string_view text);

}  // namespace weir::kernel
