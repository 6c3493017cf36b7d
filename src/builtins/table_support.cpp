#include "builtins/table_support.h"

#include <algorithm>

#include "base/text.h"

namespace weir::builtins {

namespace {

constexpr size_t kGap = 2;
constexpr size_t kWidestFlexible = 60;
constexpr size_t kLeastFlexible = 24;
constexpr size_t kBegin = 6;  // of the flexible column, which is seen in any terminal
constexpr size_t kLeastOther = 3;

std::string padded(const std::string& text, size_t width, bool to_the_right) {
  const size_t columns = display_width(text);
  const std::string blanks(width > columns ? width - columns : 0, ' ');
  return to_the_right ? blanks + text : text + blanks;
}

std::vector<size_t> widths_of(const Table& table) {
  std::vector<size_t> widths;
  for (const std::string& name : table.head) widths.push_back(display_width(name));
  for (const TableRow& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  widths[table.flexible] = std::min(widths[table.flexible], kWidestFlexible);
  return widths;
}

size_t sum_of(const std::vector<size_t>& widths) {
  size_t sum = kGap * (widths.size() - 1);
  for (const size_t width : widths) sum += width;
  return sum;
}

// The flexible column gives way, but not to nothing.
void narrow(std::vector<size_t>& widths, size_t flexible, size_t width) {
  const size_t sum = sum_of(widths);
  const size_t least = std::min(widths[flexible], kLeastFlexible);
  if (sum <= width) return;
  widths[flexible] = std::max(least, widths[flexible] - std::min(widths[flexible], sum - width));
}

// Of all columns when the flexible one is as narrow as it may be, and of the last what is due to
// it.
size_t least_width(const Table& table) {
  std::vector<size_t> widths = widths_of(table);
  narrow(widths, table.flexible, 0);
  if (table.flexible + 1 < widths.size()) widths.back() = std::min(widths.back(), kLeastFlexible);
  return sum_of(widths);
}

// Of the columns up to the flexible one, when that has `room`.
size_t width_to_flexible(const Table& table, const std::vector<size_t>& widths, size_t room) {
  size_t sum = kGap * table.flexible + std::min(widths[table.flexible], room);
  for (size_t i = 0; i < table.flexible; ++i) sum += widths[i];
  return sum;
}

// Where only the flexible column gives way, and there is nothing left to drop, the widest of those
// before it does.
void show_begin(const Table& table, std::vector<size_t>& widths, size_t width) {
  const size_t sum = width_to_flexible(table, widths, kBegin);
  if (sum <= width || table.flexible == 0) return;
  const auto before = widths.begin() + static_cast<std::ptrdiff_t>(table.flexible);
  size_t& widest = *std::max_element(widths.begin(), before);
  const size_t spare = widest - std::min(widest, kLeastOther);
  widest -= std::min(spare, sum - width);
}

void drop_column(Table& table, size_t column) {
  const auto place = static_cast<std::ptrdiff_t>(column);
  table.head.erase(table.head.begin() + place);
  for (TableRow& row : table.rows) row.erase(row.begin() + place);
  if (table.flexible > column) --table.flexible;
}

void drop_named(Table& table, const std::string& name) {
  const auto column = std::ranges::find(table.head, name);
  if (column != table.head.end())
    drop_column(table, static_cast<size_t>(column - table.head.begin()));
}

Table fitting(Table table, size_t width) {
  for (const std::string& name : table.droppable) {
    if (least_width(table) <= width) break;
    drop_named(table, name);
  }
  for (const std::string& name : table.last_droppable) {
    if (width_to_flexible(table, widths_of(table), kLeastFlexible) <= width) break;
    drop_named(table, name);
  }
  return table;
}

/// Cells are names and commands that others chose.
Table on_one_line(Table table) {
  for (TableRow& row : table.rows) {
    for (std::string& cell : row) cell = one_line(cell);
  }
  return table;
}

std::string line_of(const Table& table, const TableRow& row, const std::vector<size_t>& widths,
                    size_t width) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += std::string(kGap, ' ');
    const bool to_the_right =
        std::ranges::find(table.to_the_right, table.head[i]) != table.to_the_right.end();
    line += i + 1 == row.size() ? row[i]
                                : padded(fit_width(row[i], widths[i]), widths[i], to_the_right);
  }
  while (line.ends_with(' ')) line.pop_back();
  return fit_width(line, width) + "\n";
}

}  // namespace

std::string Table::drawn(size_t terminal_width) const {
  if (rows.empty()) return {};
  const Table table = fitting(on_one_line(*this), terminal_width);
  std::vector<size_t> widths = widths_of(table);
  narrow(widths, table.flexible, terminal_width);
  show_begin(table, widths, terminal_width);
  std::string out = line_of(table, table.head, widths, terminal_width);
  for (const TableRow& row : table.rows) out += line_of(table, row, widths, terminal_width);
  return out;
}

std::string tabbed(const TableRow& row) {
  std::string line;
  for (const std::string& cell : row) line += (&cell == row.data() ? "" : "\t") + one_line(cell);
  return line + "\n";
}

}  // namespace weir::builtins
