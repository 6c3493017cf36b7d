#include "repl/word_motion.h"

#include <algorithm>
#include <cctype>

namespace weir::repl {

namespace {

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

bool is_separator(char c) {
  return is_blank(c) || std::string_view("|&;<>()").find(c) != std::string_view::npos;
}

/// The end of the quoted stretch that begins at `at`.
size_t quoted_end(std::string_view text, size_t at) {
  const char quote = text[at];
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"')
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return text.size();
}

size_t shell_word_end(std::string_view text, size_t at) {
  while (at < text.size() && !is_separator(text[at])) {
    if (text[at] == '\\')
      at = std::min(at + 2, text.size());
    else if (text[at] == '"' || text[at] == '\'')
      at = quoted_end(text, at);
    else
      ++at;
  }
  return at;
}

/// Blanks and operators, which belong to no word.
size_t skip_separators(std::string_view text, size_t at) {
  while (at < text.size() && is_separator(text[at])) ++at;
  return at;
}

size_t emacs_forward(std::string_view text, size_t at) {
  while (at < text.size() && !is_word_byte(text[at])) ++at;
  while (at < text.size() && is_word_byte(text[at])) ++at;
  return at;
}

size_t emacs_backward(std::string_view text, size_t at) {
  while (at > 0 && !is_word_byte(text[at - 1])) --at;
  while (at > 0 && is_word_byte(text[at - 1])) --at;
  return at;
}

size_t path_forward(std::string_view text, size_t at) {
  const auto ends = [&](size_t i) { return is_separator(text[i]) || text[i] == '/'; };
  while (at < text.size() && ends(at)) ++at;
  while (at < text.size() && !ends(at)) ++at;
  return at;
}

size_t path_backward(std::string_view text, size_t at) {
  const auto ends = [&](size_t i) { return is_separator(text[i]) || text[i] == '/'; };
  while (at > 0 && ends(at - 1)) --at;
  while (at > 0 && !ends(at - 1)) --at;
  return at;
}

/// Quotes can only be understood from the front, so the words are read from there.
size_t shell_backward(std::string_view text, size_t at) {
  size_t begin = 0;
  for (size_t i = skip_separators(text, 0); i < at;
       i = skip_separators(text, shell_word_end(text, i)))
    begin = i;
  return begin;
}

}  // namespace

size_t word_forward(std::string_view text, size_t at, WordKind kind) {
  switch (kind) {
    case WordKind::emacs:
      return emacs_forward(text, at);
    case WordKind::path:
      return path_forward(text, at);
    case WordKind::shell:
      break;
  }
  for (size_t i = skip_separators(text, 0); i < text.size(); i = skip_separators(text, i)) {
    i = shell_word_end(text, i);
    if (i > at) return i;
  }
  return text.size();
}

size_t word_backward(std::string_view text, size_t at, WordKind kind) {
  switch (kind) {
    case WordKind::emacs:
      return emacs_backward(text, at);
    case WordKind::path:
      return path_backward(text, at);
    case WordKind::shell:
      break;
  }
  return shell_backward(text, at);
}

std::vector<Span> shell_words(std::string_view text) {
  std::vector<Span> words;
  for (size_t i = skip_separators(text, 0); i < text.size(); i = skip_separators(text, i)) {
    const size_t begin = i;
    i = shell_word_end(text, i);
    words.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(i)});
  }
  return words;
}

}  // namespace weir::repl
