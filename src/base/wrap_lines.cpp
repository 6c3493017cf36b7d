#include <algorithm>

#include "base/text.h"

namespace weir {

namespace {

/// Columns before the text that goes on below itself.
size_t hanging_indent(std::string_view line) {
  const size_t begin = std::min(line.find_first_not_of(' '), line.size());
  if (line.starts_with("usage: ")) {
    const size_t name_end = line.find(' ', std::string_view("usage: ").size());
    return name_end == line.npos ? 0 : name_end + 1;
  }
  // Of a flag the short name may be missing, so the last such gap counts.
  const size_t gap = begin == 0 ? line.npos : line.rfind("  ");
  return gap == line.npos || gap < begin ? begin : display_width(line.substr(0, gap + 2));
}

/// The same where that leaves half of the width; else a little behind the line's begin, and nothing
/// where not even that leaves half: a narrow rest would be worse than what the terminal does.
size_t indent_within(std::string_view line, size_t begin, size_t width) {
  constexpr size_t kStep = 4;
  for (const size_t indent : {hanging_indent(line), begin == 0 ? 0 : begin + kStep}) {
    if (indent * 2 <= width) return indent;
  }
  return 0;
}

void append_wrapped(std::string& out, std::string_view line, size_t width) {
  size_t used = std::min(line.find_first_not_of(' '), line.size());
  const std::string next_line = "\n" + std::string(indent_within(line, used, width), ' ');
  out.append(used, ' ');
  line.remove_prefix(used);
  for (bool is_first = true; !line.empty(); is_first = false) {
    const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const size_t end = std::min(line.find(' ', blanks), line.size());
    const std::string_view word = line.substr(blanks, end - blanks);
    line.remove_prefix(end);
    if (is_first || used + blanks + display_width(word) <= width) {
      out.append(blanks, ' ');
      used += blanks;
    } else {
      out += next_line;
      used = next_line.size() - 1;
    }
    out += word;
    used += display_width(word);
  }
}

}  // namespace

std::string wrap_lines(std::string_view text, size_t width) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (display_width(line) <= width)
      out += line;
    else
      append_wrapped(out, line, width);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace weir
