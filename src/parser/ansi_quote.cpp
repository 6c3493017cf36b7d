#include "parser/ansi_quote.h"

#include <cstdint>

#include "base/escape.h"

namespace weir::parser {

namespace {

/// UTF-8, without judging surrogates: bash writes them as they are.
char* put_code_point(char* to, uint32_t c) {
  const auto put = [&](uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | ((c >> 18) & 0x07));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return to;
}

char simple_escape(char c) {
  const bool is_itself = c == '\'' || c == '"' || c == '?';
  return is_itself ? c : letter_escape(c);
}

}  // namespace

std::string_view decode_ansi_quote(Arena& arena, std::string_view text) {
  char* out = arena.make_chars(text.size());  // no escape is shorter than what it stands for
  char* to = out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      *to++ = text[i++];
      continue;
    }
    const char c = text[i + 1];
    size_t next = i + 2;
    if (const char plain = simple_escape(c)) {
      *to++ = plain;
    } else if (c >= '0' && c <= '7') {
      const EscapeNumber number = take_digits(text, i + 1, 8, 3);
      *to++ = static_cast<char>(number.value);
      next = number.end;
    } else if (c == 'c' && next < text.size()) {
      *to++ = static_cast<char>(text[next++] & 0x1F);
    } else if ((c == 'x' || c == 'u' || c == 'U') && next < text.size() &&
               digit_value(text[next]) < 16) {
      const EscapeNumber number = take_digits(text, next, 16, c == 'x' ? 2 : c == 'u' ? 4 : 8);
      if (c == 'x')
        *to++ = static_cast<char>(number.value);
      else
        to = put_code_point(to, number.value);
      next = number.end;
    } else {
      *to++ = '\\';
      *to++ = c;
    }
    i = next;
  }
  return {out, static_cast<size_t>(to - out)};
}

}  // namespace weir::parser
