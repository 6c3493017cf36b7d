#include "repl/grapheme.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/text.h"

namespace weir::repl {

namespace {

/// Graphemes longer than this are cut: text that is made to hang an editor.
constexpr size_t kMaxGrapheme = 256;

bool is_plain(char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\r' && c != '\n'; }

/// A place at or before `at` where a grapheme surely begins: after ASCII before ASCII, a line's
/// begin.
size_t safe_start(std::string_view text, size_t at) {
  const size_t limit = at > kMaxGrapheme * 2 ? at - kMaxGrapheme * 2 : 0;
  for (size_t i = at; i > limit; --i) {
    const bool is_inside = i < text.size();
    if (text[i - 1] == '\n') return i;
    if (is_inside && is_plain(text[i]) && is_plain(text[i - 1])) return i;
  }
  size_t start = limit;
  while (start < at && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) ++start;
  return start;
}

}  // namespace

size_t next_grapheme(std::string_view text, size_t at) {
  if (at >= text.size()) return text.size();
  // Nothing joins onto ASCII but what is not ASCII, and \r\n.
  if (is_plain(text[at]) &&
      (at + 1 == text.size() || static_cast<unsigned char>(text[at + 1]) < 0x80))
    return at + 1;
  CodePoint c = decode_code_point(text, at);
  size_t end = at + c.size;
  int32_t state = 0;
  while (c.valid && end < text.size() && end - at < kMaxGrapheme) {
    const CodePoint next = decode_code_point(text, end);
    if (!next.valid || utf8proc_grapheme_break_stateful(static_cast<int32_t>(c.value),
                                                        static_cast<int32_t>(next.value), &state))
      break;
    end += next.size;
    c = next;
  }
  return end;
}

size_t previous_grapheme(std::string_view text, size_t at) {
  if (at == 0) return 0;
  return grapheme_boundary(text, std::min(at, text.size()) - 1);
}

size_t grapheme_boundary(std::string_view text, size_t at) {
  if (at >= text.size()) return text.size();
  size_t begin = safe_start(text, at);
  for (;;) {
    const size_t end = next_grapheme(text, begin);
    if (end > at) return begin;
    begin = end;
  }
}

int column_width(char32_t code_point) {
  if (code_point < 0x7F) return code_point >= 0x20 ? 1 : 0;
  if (code_point < 0xA0) return 0;
  return utf8proc_charwidth(static_cast<int32_t>(code_point));
}

}  // namespace weir::repl
