#include "parser/ansi_quote.h"

#include <cstdint>

namespace weir::parser {

namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// Up to `most` digits of `base` at `i`, which moves past them.
uint32_t read_number(std::string_view text, size_t& i, int base, size_t most) {
  uint32_t value = 0;
  for (size_t n = 0; n < most && i < text.size() && digit(text[i]) < base; ++n, ++i)
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit(text[i]));
  return value;
}

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
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'e':
    case 'E':
      return '\x1b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '\'':
    case '"':
    case '?':
      return c;
    default:
      return 0;
  }
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
      --next;
      *to++ = static_cast<char>(read_number(text, next, 8, 3));
    } else if (c == 'c' && next < text.size()) {
      *to++ = static_cast<char>(text[next++] & 0x1F);
    } else if ((c == 'x' || c == 'u' || c == 'U') && next < text.size() && digit(text[next]) < 16) {
      const uint32_t value = read_number(text, next, 16, c == 'x' ? 2 : c == 'u' ? 4 : 8);
      if (c == 'x')
        *to++ = static_cast<char>(value);
      else
        to = put_code_point(to, value);
    } else {
      *to++ = '\\';
      *to++ = c;
    }
    i = next;
  }
  return {out, static_cast<size_t>(to - out)};
}

}  // namespace weir::parser
