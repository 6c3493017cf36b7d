// Styled text: text with SGR sequences, as prompts and notices hold it, taken apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "repl/style.h"

namespace weir::repl {

struct StyledRun {
  std::string text;
  Style style;
};

/// SGR sequences become styles; other escape sequences and control characters but \n and \t are
/// dropped.
std::vector<StyledRun> parse_styled_text(std::string_view text);

}  // namespace weir::repl
