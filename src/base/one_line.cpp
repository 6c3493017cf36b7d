#include "base/text.h"

namespace weir {

namespace {

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

std::string without_controls(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode_code_point(text, at);
    const bool goes = is_control(c.value) && !kept.contains(text[at]);
    if (goes)
      out += ' ';
    else
      out += text.substr(at, c.size);
    at += c.size;
  }
  return out;
}

}  // namespace

std::string one_line(std::string_view text) { return without_controls(text, {}); }

std::string harmless_lines(std::string_view text) { return without_controls(text, "\n\t"); }

}  // namespace weir
