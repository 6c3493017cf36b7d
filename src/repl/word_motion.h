// Words: where they begin and end, for movement, deletion and completion.
//
// An emacs word is letters and digits (and what is not ASCII); a shell word is
// what the language takes for one argument: quotes and escapes belong to it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace weir::repl {

enum class WordKind : uint8_t { emacs, shell, path };  // path: a shell word's part up to /

/// The end of the word at or after `at`.
size_t word_forward(std::string_view text, size_t at, WordKind kind);
/// The beginning of the word at or before `at`.
size_t word_backward(std::string_view text, size_t at, WordKind kind);

/// All shell words, without operators, in order; total: unclosed quotes end at the text's end.
std::vector<Span> shell_words(std::string_view text);

}  // namespace weir::repl
