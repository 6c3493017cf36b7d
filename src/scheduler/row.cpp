#include "scheduler/row.h"

namespace weir::scheduler {

Row ArrayText::element(Value value) {
  std::string text(std::exchange(began_, true) ? "," : "[");
  value.append_json(text);
  Row row(std::move(value), true, std::move(text));
  row.part = ArrayPart::element;
  return row;
}

Row ArrayText::end() {
  Row row(Value(), true, began_ ? "]\n" : "[]\n");
  row.part = ArrayPart::end;
  began_ = false;
  return row;
}

void append_row_line(std::string& out, const Value& value) {
  if (value.is_string())
    out += value.as_string();
  else
    value.append_json(out);
  out += '\n';
}

void append_row_line(std::string& out, const Row& row) {
  if (row.line.empty())
    append_row_line(out, row.value);
  else
    out += row.line;
}

}  // namespace weir::scheduler
