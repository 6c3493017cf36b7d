// Layout: everything around and in the line being edited, as rows of cells.
//
// Pure: the same input gives the same frame. Wraps at the last column, splits no
// grapheme, shows control characters as ^X and broken bytes as U+FFFD. A frame is
// never taller than the terminal: of a longer text the rows around the cursor
// are shown, and a viewport that still holds the cursor stays where it is.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "repl/cell.h"
#include "repl/editor_hooks.h"
#include "repl/styled_text.h"

namespace weir::repl {

/// A row of a menu or a hint below the text; cut at the last column.
using StyledLine = std::vector<StyledRun>;

struct LayoutInput {
  const Prompt& prompt;
  std::string_view text;
  size_t cursor = 0;
  const std::vector<StyledSpan>& highlights;
  std::string_view suggestion = {};    // shown behind the text, dimmed
  const std::vector<StyledLine>& below;
  /// The cursor is in the first row below instead, behind so many columns.
  std::optional<size_t> cursor_below = {};
  TerminalSize size;
  size_t viewport = 0;                 // the first row that was shown before
};

struct Layout {
  Frame frame;
  size_t viewport = 0;  // for the next one
};

Layout lay_out(const LayoutInput& input);

/// Columns of a text that holds no line break.
size_t columns_of(std::string_view text);

}  // namespace weir::repl
