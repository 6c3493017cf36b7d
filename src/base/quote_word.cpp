#include "base/text.h"

namespace weir {

namespace {

enum class Quoting { plain, single, escaped };

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:=@%+,").find(c) != std::string_view::npos;
}

/// Controls, and the C1 controls and line separators that a terminal may act on.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

Quoting needed_quoting(std::string_view text) {
  Quoting quoting = text.empty() ? Quoting::single : Quoting::plain;
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_code_point(text, i);
    if (!c.valid || is_control(c.value)) return Quoting::escaped;
    if (c.size == 1 && !is_plain(text[i])) quoting = Quoting::single;
    i += c.size;
  }
  return quoting;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += R"('\'')";
    } else {
      out += c;
    }
  }
  return out + "'";
}

void append_hex_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += "\\x";
  out += hex[byte >> 4];
  out += hex[byte & 0xF];
}

void append_ansi_c(std::string& out, char c) {
  switch (c) {
    case '\'':
      out += "\\'";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\x1b':
      out += "\\e";
      return;
    default:
      append_hex_escape(out, static_cast<unsigned char>(c));
  }
}

std::string ansi_c_quoted(std::string_view text) {
  std::string out = "$'";
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_code_point(text, i);
    const bool as_is = c.valid && !is_control(c.value) && text[i] != '\'' && text[i] != '\\';
    if (as_is) {
      out.append(text, i, c.size);
    } else if (c.size == 1) {
      append_ansi_c(out, text[i]);
    } else {
      for (size_t k = 0; k < c.size; ++k) {
        append_hex_escape(out, static_cast<unsigned char>(text[i + k]));
      }
    }
    i += c.size;
  }
  return out + "'";
}

}  // namespace

std::string quote_word(std::string_view text) {
  switch (needed_quoting(text)) {
    case Quoting::plain:
      return std::string(text);
    case Quoting::single:
      return single_quoted(text);
    case Quoting::escaped:
      return ansi_c_quoted(text);
  }
  return {};
}

}  // namespace weir
