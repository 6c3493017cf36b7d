// Pieces: the expanded parts of one word, and how they become values.
//
// The expansion resolves each part to a piece, at once or after waiting; what a
// word then means (one typed value, joined text, a glob, several fields of
// `$@`) is decided here, once for both ways.
#pragma once

#include <string>
#include <vector>

#include "kernel/context.h"
#include "kernel/pattern.h"
#include "parser/ast.h"

namespace weir::kernel {

struct Piece {
  Value value;
  bool literal = false;   // text of the source
  bool quoted = false;  // quoting in the source; an unquoted literal may hold pattern characters
  bool parameters = false;  // $@: value is the list of the positional parameters
  Span span = {};
};
using Pieces = std::vector<Piece>;

/// Part sequences without braces: `a{b,c}` gives two. One sequence where there is no brace.
struct SequencePart {
  const parser::Part* part = nullptr;  // null: the literal `text`, an element of a range
  std::string text = {};
};
using PartSequence = std::vector<SequencePart>;
Result<std::vector<PartSequence>> expand_braces(const parser::Word& word);

/// Argument position: fields of the pieces, globbed where the word has unquoted pattern characters.
Result<void> fields_of(Context& ctx, Pieces pieces, Span span, List& out);
/// One value: typed when it is one unquoted expansion, else the joined text.
Value value_of(Pieces pieces);
std::string text_of(const Pieces& pieces);
std::vector<PatternSegment> pattern_of(const Pieces& pieces);
/// A regular expression: quoted pieces are literal.
std::string regex_of(const Pieces& pieces);
/// The elements of a `...word` (an error on what is not a list).
Result<void> spread(Value value, Span span, List& out);

}  // namespace weir::kernel
