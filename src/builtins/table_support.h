// Tables for a terminal: aligned columns that fit its width.
//
// Used by what lists things (jobs, the commands of the gate). Elsewhere than at a
// terminal the same rows are lines with tabs between the columns.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_duration.h"
#include "kernel/terminal_output.h"

namespace weir::builtins {

using TableRow = std::vector<std::string>;

struct Table {
  TableRow head;
  std::vector<TableRow> rows;  // each as long as the head
  size_t flexible = 0;         // the column that is cut first
  std::vector<std::string> to_the_right = {"ID", "TIME", "ETA", "WAITED"};  // aligned there
  std::vector<std::string> droppable = {};  // by their heads; left out, in this order, to fit
  std::vector<std::string> last_droppable = {};  // only for the flexible column, in this order

  /// With a newline behind each line; nothing without rows.
  std::string drawn(size_t terminal_width) const;
};

/// The columns with tabs between them, and a newline.
std::string tabbed(const TableRow& row);

using kernel::terminal_width;

}  // namespace weir::builtins
