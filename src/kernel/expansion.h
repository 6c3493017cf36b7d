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
using parser::Word;
using Words = std::span<const Word* const>;
using PatternSegments = std::vector<PatternSegment>;

/// "NAME is not set" with the way out (D6), and the set names that may have been meant.
Error unset_error(const Context& ctx, std::string_view name, Span span);

/// A bareword that looks like a number, true, false or null is one: in values, in xs[0].
Value typed_bareword(const Word& word, Value value);

/// The keys of a[b][1:2]: an index each, or a list of the two bounds of a slice.
Result<List> expand_path_now(Context& ctx, std::span<const parser::Subscript> path);
Task<Result<List>> expand_path(Context& ctx, std::span<const parser::Subscript> path);

/// One word in argument position: braces, globs, `$@` and spreads make any number of values.
Result<void> expand_argument_now(Context& ctx, const Word& word, List& out);
Task<Result<void>> expand_argument(Context& ctx, const Word& word, List& out);
/// The $(…) that is the whole word and not quoted; null where it is anything else.
const parser::CommandPart* lone_substitution(const Word& word);

/// The words of a command.
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

}  // namespace weir::kernel
