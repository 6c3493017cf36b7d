// Graphemes: what a person takes for one character (UAX 29), in bytes that are usually UTF-8.
//
// The cursor stands only between graphemes. A byte that belongs to no valid
// character is a grapheme of its own. Stateless; any position may be asked for.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::repl {

/// The end of the grapheme that begins at `at`; the text's end where there is none.
size_t next_grapheme(std::string_view text, size_t at);
/// The beginning of the grapheme that ends at `at`; 0 where there is none.
size_t previous_grapheme(std::string_view text, size_t at);
/// The last boundary not after `at`.
size_t grapheme_boundary(std::string_view text, size_t at);

/// Columns that a terminal gives one character: 0, 1 or 2. Control characters are 0.
int column_width(char32_t code_point);

}  // namespace weir::repl
