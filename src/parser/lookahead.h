// Looking ahead: the few questions that one byte cannot answer.
//
// Plain scans from `p` towards `end` that build nothing and skip quotes; each
// stops at the first byte that decides.
#pragma once

#include <string_view>

namespace weir::parser {

/// A \newline, which joins two lines.
inline bool is_join(const char* p, const char* end) {
  return end - p >= 2 && p[0] == '\\' && p[1] == '\n';
}

/// The parenthesis that closes the innermost open one, or `end`.
const char* find_close(const char* p, const char* end);

/// At `[` of a for head: a list, not a glob. A list has a blank or newline in it,
/// or nothing glued after its `]`.
bool looks_like_list(const char* p, const char* end);

/// At `{` of a for head: a record, not a brace expansion. `{}`, a spread, a quoted
/// key, or a colon that a blank, a quote, a `$` or a bracket follows.
bool looks_like_record(const char* p, const char* end);

/// At a word: a name that is followed by blanks and `(`, so a function or a mistake.
bool looks_like_function(const char* p, const char* end);

/// then else elif fi do done esac and }, as whole words.
bool is_closing_word(const char* p, const char* end);

/// export, local, readonly.
bool is_declaration_command(std::string_view name);

}  // namespace weir::parser
