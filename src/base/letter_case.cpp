#include <utf8proc.h>

#include "base/text.h"

namespace weir {

namespace {

using Mapping = int32_t (*)(int32_t);

char ascii_mapped(char c, Mapping map) {
  return static_cast<char>(map(static_cast<unsigned char>(c)));
}

/// Maps the first `limit` characters; bytes that are not UTF-8 stay.
std::string mapped(std::string_view text, Mapping map, size_t limit) {
  std::string out;
  out.reserve(text.size());
  size_t i = 0;
  for (; i < text.size() && limit > 0; --limit) {
    const CodePoint c = decode_code_point(text, i);
    if (c.valid && c.size == 1) {
      out += ascii_mapped(text[i], map);
    } else if (c.valid) {
      append_utf8(out, static_cast<char32_t>(map(static_cast<int32_t>(c.value))));
    } else {
      out += text[i];
    }
    i += c.size;
  }
  out += text.substr(i);
  return out;
}

}  // namespace

std::string upper_first(std::string_view text) { return mapped(text, utf8proc_toupper, 1); }
std::string upper_all(std::string_view text) { return mapped(text, utf8proc_toupper, text.size()); }
std::string lower_first(std::string_view text) { return mapped(text, utf8proc_tolower, 1); }
std::string lower_all(std::string_view text) { return mapped(text, utf8proc_tolower, text.size()); }

}  // namespace weir
