// Expansion: words of the tree to values (LANGUAGE sections 1 to 4).
//
// A word gives exactly one value (D1) unless it holds a brace expansion, a glob,
// `$@` or a spread. Each function comes twice: `…_now` for words without
// substitutions, which needs no frame, and a coroutine for the others. Both put
// the same pieces together in the same code (pieces.h).
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "kernel/pattern.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

using loop::Task;
using parser::ValueExpr;
using parser::Word;
using Words = std::span<const Word* const>;
using PatternSegments = std::vector<PatternSegment>;

/// "NAME is not set" with the way out (D6).
Error unset_error(std::string_view name, Span span);

/// Argument position: braces, globs, `$@` and spreads make any number of values.
Result<void> expand_arguments_now(Context& ctx, Words words, List& out);
Task<Result<void>> expand_arguments(Context& ctx, Words words, List& out);

/// One word to one value, typed when it is one unquoted expansion. No globs, no braces.
Result<Value> expand_operand_now(Context& ctx, const Word& word);
Task<Result<Value>> expand_operand(Context& ctx, const Word& word);

/// One word to its text: redirection targets, here-documents, case subjects.
Result<std::string> expand_text_now(Context& ctx, const Word& word);
Task<Result<std::string>> expand_text(Context& ctx, const Word& word);

/// A word as a pattern: what was quoted or came from an expansion is literal (D2).
Result<PatternSegments> expand_pattern_now(Context& ctx, const Word& word);
Task<Result<PatternSegments>> expand_pattern(Context& ctx, const Word& word);

/// The right side of =~: quoted parts are literal, unquoted expansions are regular expressions.
Result<std::string> expand_regex_now(Context& ctx, const Word& word);
Task<Result<std::string>> expand_regex(Context& ctx, const Word& word);

/// Value position: literals and typed barewords (LANGUAGE 3.2).
Result<Value> expand_value_now(Context& ctx, const ValueExpr& expr);
Task<Result<Value>> expand_value(Context& ctx, const ValueExpr& expr);

/// The items of a `for` head (D5).
Task<Result<void>> expand_for_items(Context& ctx, std::span<const ValueExpr* const> items, List& out);
bool for_items_need_task(std::span<const ValueExpr* const> items);
Result<void> expand_for_items_now(Context& ctx, std::span<const ValueExpr* const> items, List& out);

/// A value of `assignment` for the variable as it is now, path and += applied.
Result<void> assign_now(Context& ctx, const parser::Assignment& assignment);
Task<Result<void>> assign(Context& ctx, const parser::Assignment& assignment);
bool has_substitution(const parser::Assignment& assignment);

}  // namespace weir::kernel
