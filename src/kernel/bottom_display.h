// BottomDisplay: what the shell shows at the bottom of the terminal while something in the
// foreground goes on: the line of `wait`, the block of a scatter.
//
// There is one at a time (Shell::bottom_display). Who writes to the terminal through the shell
// takes it off first (TerminalOutput), and it is painted again later, by itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::kernel {

class BottomDisplay {
 public:
  virtual ~BottomDisplay() = default;
  /// What takes it off the screen, to be written before `bytes` of somebody else. Empty: it is not
  /// there, or the bytes are its own. From then on it counts as taken off.
  virtual std::string give_way(std::string_view bytes) = 0;
  /// The same before a program writes there that does not ask.
  virtual std::string hide() = 0;
};

/// What erases lines of these widths, the cursor being in the last one; "" for none. In a terminal
/// that has become narrower, and has `columns` now, a line may have several rows.
std::string erase_lines(const std::vector<size_t>& widths, size_t columns);

}  // namespace weir::kernel
