#include "kernel/bottom_display.h"

#include <algorithm>

#include "base/terminal_kind.h"

namespace weir::kernel {

std::string erase_lines(const std::vector<size_t>& widths, size_t columns) {
  if (widths.empty()) return {};
  const size_t row = terminal_reflows() ? std::max<size_t>(columns, 1) : SIZE_MAX;
  size_t rows = 0;
  for (const size_t width : widths) rows += width == 0 ? 1 : (width - 1) / row + 1;
  // Row by row: tmux moves a screen that is erased from its first place on into its scrollback.
  std::string text = "\r\x1b[K";
  for (; rows > 1; --rows) text += "\x1b[A\x1b[K";
  return text + '\r';  // at its end, too: to who looks at what was written no line is open
}

}  // namespace weir::kernel
