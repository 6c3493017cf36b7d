#include "kernel/plain_output.h"

#include <algorithm>

#include "base/text.h"

namespace weir::kernel {

namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\a';

bool is_between(char c, char low, char high) { return c >= low && c <= high; }

/// The offset past the string (OSC, DCS, …) whose body begins at `at`: BEL or ESC \ ends it.
size_t skip_string(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != kBell && text[at] != kEscape) ++at;
  if (at == text.size()) return at;
  const bool has_terminator = text.substr(at).starts_with("\x1b\\");
  return text[at] == kBell ? at + 1 : at + (has_terminator ? 2 : 0);
}

/// The offset past the escape sequence that begins at `at`.
size_t skip_sequence(std::string_view text, size_t at) {
  if (++at == text.size()) return at;
  const char kind = text[at];
  if (std::string_view("]PX^_").contains(kind)) return skip_string(text, at + 1);
  if (kind == '[') ++at;
  const char last_parameter = kind == '[' ? '?' : '/';
  while (at < text.size() && is_between(text[at], ' ', last_parameter)) ++at;
  return at < text.size() && is_between(text[at], '0', '~') ? at + 1 : at;
}

bool is_color(std::string_view sequence) {
  return sequence.starts_with("\x1b[") && sequence.ends_with('m');
}

std::string without_sequences(std::string_view text, Colors colors) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t escape = std::min(text.find(kEscape, at), text.size());
    out += text.substr(at, escape - at);
    at = escape == text.size() ? escape : skip_sequence(text, escape);
    const std::string_view sequence = text.substr(escape, at - escape);
    if (colors == Colors::stay && is_color(sequence)) out += sequence;
  }
  return out;
}

std::string_view last_state(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line.substr(line.rfind('\r') + 1);  // npos + 1 is 0
}

}  // namespace

std::string plain_output(std::string_view text, Colors colors) {
  if (text.find_first_of("\x1b\r") == text.npos || !is_utf8(text)) return std::string(text);
  const std::string visible = without_sequences(text, colors);
  std::string out;
  for (size_t at = 0; at < visible.size();) {
    const size_t newline = std::min(visible.find('\n', at), visible.size());
    out += last_state(std::string_view(visible).substr(at, newline - at));
    if (newline < visible.size()) out += '\n';
    at = newline + 1;
  }
  return out;
}

}  // namespace weir::kernel
