#include "parser/lookahead.h"

#include <cstring>

#include "parser/bytes.h"

namespace weir::parser {

namespace {

/// Past a quote that begins at `p`, or `end`.
const char* skip_single(const char* p, const char* end) {
  const void* close = std::memchr(p + 1, '\'', static_cast<size_t>(end - p - 1));
  return close ? static_cast<const char*>(close) + 1 : end;
}

const char* skip_double(const char* p, const char* end) {
  for (++p; p < end && *p != '"'; ++p)
    if (*p == '\\') ++p;
  return p < end ? p + 1 : end;
}

/// Past the quote or escape at `p`; `p` itself where there is none.
const char* skip_quoted(const char* p, const char* end) {
  switch (*p) {
    case '\'':
      return skip_single(p, end);
    case '"':
      return skip_double(p, end);
    case '\\':
      return end - p > 1 ? p + 2 : end;
    default:
      return p;
  }
}

const char* skip_blanks(const char* p, const char* end, std::string_view blanks) {
  while (p != end && (blanks.contains(*p) || is_join(p, end))) p += *p == '\\' ? 2 : 1;
  return p;
}

bool word_ends_at(const char* p, const char* end) {
  return p == end || kEnding<WordMode::argument>[*p];
}

}  // namespace

const char* find_close(const char* p, const char* end) {
  int depth = 1;
  while (p != end) {
    if (const char* after = skip_quoted(p, end); after != p) {
      p = after;
      continue;
    }
    if (*p == '(') ++depth;
    if (*p == ')' && --depth == 0) return p;
    ++p;
  }
  return end;
}

bool looks_like_list(const char* p, const char* end) {
  int depth = 0;
  while (p != end) {
    if (const char* after = skip_quoted(p, end); after != p) {
      p = after;
      continue;
    }
    if (*p == '[') ++depth;
    if (*p == ']' && --depth == 0) return word_ends_at(p + 1, end);
    if (kEnding<WordMode::argument>[*p]) return true;
    ++p;
  }
  return true;
}

bool looks_like_record(const char* p, const char* end) {
  p = skip_blanks(p + 1, end, " \t\n");
  if (p == end) return true;
  if (*p == '}') return word_ends_at(p + 1, end);
  if (*p == '"' || *p == '\'') {
    p = skip_blanks(skip_quoted(p, end), end, " \t");
    return p != end && *p == ':';
  }
  if (std::string_view(p, static_cast<size_t>(end - p)).starts_with("...$")) return true;
  while (p != end && kRunning<WordMode::key>[*p]) ++p;
  if (p == end) return false;
  const char* colon = skip_blanks(p, end, " \t");
  if (colon == end || *colon != ':') return false;
  if (colon != p || colon + 1 == end) return true;
  return std::string_view(" \t\n\"'$[{").contains(colon[1]);
}

bool looks_like_function(const char* p, const char* end) {
  const char* from = p;
  while (p != end && kRunning<WordMode::argument>[*p]) ++p;
  if (p == from || p == end || p[-1] == '=' || *from == '#') return false;
  if (*p != '(' && *p != ' ' && *p != '\t') return false;
  p = skip_blanks(p, end, " \t");
  return p != end && *p == '(';
}

bool is_closing_word(const char* p, const char* end) {
  if (p == end) return false;
  const auto is = [&](std::string_view word) {
    for (size_t i = 0; i < word.size(); ++i, ++p) {
      while (i != 0 && is_join(p, end)) p += 2;
      if (p == end || *p != word[i]) return false;
    }
    while (is_join(p, end)) p += 2;
    return word_ends_at(p, end) || *p == '\r';
  };
  const char* from = p;
  const auto either = [&](std::string_view a, std::string_view b) {
    return is(a) || (p = from, is(b));
  };
  switch (*p) {
    case '}':
      return is("}");
    case 't':
      return is("then");
    case 'e':
      return either("else", "elif") || (p = from, is("esac"));
    case 'f':
      return is("fi");
    case 'd':
      return either("done", "do");
    default:
      return false;
  }
}

bool is_declaration_command(std::string_view name) {
  switch (name.size()) {
    case 5:
      return name == "local";
    case 6:
      return name == "export";
    case 8:
      return name == "readonly";
    default:
      return false;
  }
}

}  // namespace weir::parser
