// Highlighter: the colours of a text being typed, from its tree.
//
// Unknown commands are red, existing paths underlined, errors and quotes without an end marked;
// words, strings, variables, comments and what belongs to the syntax have their own. Works on
// incomplete and wrong texts (text_repair.h). Pure but for the facts it is given, which answer at
// once with what is known so far.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "repl/editor_hooks.h"
#include "repl/text_repair.h"

namespace weir::repl {

enum class NameKind : uint8_t { unknown, command, pending };  // pending: not known yet

struct HighlightFacts {
  std::function<NameKind(std::string_view name)> name_kind;
  std::function<bool(std::string_view path)> path_exists;
};

std::vector<StyledSpan> highlight(std::string_view text, const RepairedText& repaired,
                                  const HighlightFacts& facts);

}  // namespace weir::repl
