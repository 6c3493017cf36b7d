#include "kernel/escapes.h"

#include "base/escape.h"
#include "base/text.h"

namespace weir::kernel {

namespace {

/// The character of a one-letter escape; 0 for none.
char simple_escape(char c, EscapeStyle style) {
  const bool is_itself = c == '"' || c == '\'' || c == '?';
  if (is_itself) return style == EscapeStyle::echo ? '\0' : c;
  return letter_escape(c);
}

/// \NNN in formats, \0NNN in echo, both in %b. No digits: nothing taken.
EscapeNumber take_octal(std::string_view text, size_t at, EscapeStyle style) {
  if (style != EscapeStyle::format && text[at] == '0') return take_digits(text, at + 1, 8, 3);
  if (style == EscapeStyle::echo) return {0, at};
  return take_digits(text, at, 8, 3);
}

void append_code_point(std::string& out, char32_t c) {
  const bool is_scalar = c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF);
  append_utf8(out, is_scalar ? c : U'\uFFFD');
}

}  // namespace

size_t take_escape(std::string_view text, size_t at, EscapeStyle style, std::string& out,
                   bool& stop) {
  const auto as_written = [&] {
    out += '\\';
    return at;
  };
  if (at == text.size()) return as_written();
  const char c = text[at];
  if (const char simple = simple_escape(c, style)) {
    out += simple;
    return at + 1;
  }
  if (c == 'c' && style != EscapeStyle::format) {
    stop = true;
    return at + 1;
  }
  if (c == 'x' || c == 'u' || c == 'U') {
    const EscapeNumber number = take_digits(text, at + 1, 16, c == 'x' ? 2 : c == 'u' ? 4 : 8);
    if (number.end == at + 1) return as_written();
    if (c == 'x') {
      out += static_cast<char>(number.value);
    } else {
      append_code_point(out, number.value);
    }
    return number.end;
  }
  const EscapeNumber octal = take_octal(text, at, style);
  if (octal.end == at) return as_written();
  out += static_cast<char>(octal.value);
  return octal.end;
}

Unescaped unescape(std::string_view text, EscapeStyle style) {
  Unescaped result;
  for (size_t at = 0; at < text.size() && !result.stop;) {
    const size_t backslash = std::min(text.find('\\', at), text.size());
    result.text += text.substr(at, backslash - at);
    if (backslash == text.size()) break;
    at = take_escape(text, backslash + 1, style, result.text, result.stop);
  }
  return result;
}

}  // namespace weir::kernel
