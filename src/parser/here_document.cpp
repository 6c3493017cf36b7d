#include "parser/here_document.h"

#include <fmt/core.h>

#include <algorithm>

namespace weir::parser {

namespace {

struct Delimiter {
  std::string_view text;
  bool quoted = false;
};

/// The word after << with its quotes removed; any quoting keeps the body as it is.
Delimiter unquote(Arena& arena, std::string_view word) {
  if (word.find_first_of("'\"\\") == std::string_view::npos) return {word, false};
  char* text = arena.make_chars(word.size());
  size_t size = 0;
  char quote = 0;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      if (c == '\\' && quote == 0 && i + 1 < word.size()) ++i;
      text[size++] = word[i];
    }
  }
  return {{text, size}, true};
}

const char* line_end(const char* p, const char* end) {
  const void* newline = std::memchr(p, '\n', static_cast<size_t>(end - p));
  return newline ? static_cast<const char*>(newline) : end;
}

/// The line before `p` ends in \newline, so `p` begins no line (POSIX 2.7.4, unquoted bodies).
bool continues_line(const char* body, const char* p) {
  size_t backslashes = 0;
  for (const char* q = p - 1; q > body && q[-1] == '\\'; --q) ++backslashes;
  return backslashes % 2 == 1;
}

}  // namespace

void Builder::add_here_document(const char* from, const char* to) {
  const auto delimiter = unquote(arena, {from, static_cast<size_t>(to - from)});
  if (delimiter.text.contains('\n'))
    throw SyntaxError{{Severity::error, "E001",
                       "the delimiter of a here-document is one line, and this holds a newline",
                       "is the quote closed where it should be?", span(from, to)},
                      false,
                      {}};
  auto* body = arena.make<Word>();
  pending.push_back({.body = body,
                     .delimiter = delimiter.text,
                     .redirect = {redirect.begin, offset(to)},
                     .strips_tabs = redirect.strips_tabs,
                     .quoted = delimiter.quoted});
  words.push(body);
}

BodyRange Builder::find_body(const char* p, const char* text_end) const {
  const PendingHereDocument& document = pending[first_pending];
  const std::string_view delimiter = document.delimiter;
  for (const char* line = p; line < text_end;) {
    const char* stop = line_end(line, text_end);
    const char* text = line;
    if (document.strips_tabs) text = std::find_if(line, stop, [](char c) { return c != '\t'; });
    if (std::string_view(text, static_cast<size_t>(stop - text)) == delimiter &&
        (document.quoted || line == p || !continues_line(p, line)))
      return {p, line, stop == text_end ? stop : stop + 1};
    if (stop == text_end) break;
    line = stop + 1;
  }
  fail_open_here_document(document, text_end);
}

void Builder::fail_open_here_document(const PendingHereDocument& document,
                                      const char* text_end) const {
  const auto where = unit.position(document.redirect.begin);
  Diagnostic diagnostic{
      Severity::error,
      "E002",
      fmt::format("the here-document at line {} is not closed: a line with only {} is missing",
                  where.line, document.delimiter),
      {},
      document.redirect};
  throw SyntaxError{std::move(diagnostic), text_end == end, std::string(document.delimiter)};
}

void Builder::fill_quoted_body(BodyRange body) {
  const PendingHereDocument document = pending[first_pending];
  pending.erase(pending.begin() + static_cast<ptrdiff_t>(first_pending));
  std::string_view text(body.from, static_cast<size_t>(body.to - body.from));
  if (document.strips_tabs) {
    char* stripped = arena.make_chars(text.size());
    size_t size = 0;
    for (const char* line = body.from; line < body.to;) {
      const char* stop = std::min(line_end(line, body.to) + 1, body.to);
      const char* from = std::find_if(line, stop, [](char c) { return c != '\t'; });
      std::copy(from, stop, stripped + size);
      size += static_cast<size_t>(stop - from);
      line = stop;
    }
    text = {stripped, size};
  }
  const size_t mark = pieces.size();
  add_literal(text, span(body.from, body.to), true);
  *document.body = *make_word(mark, offset(body.from), offset(body.to));
}

BodyFrame::BodyFrame(Builder& b, BodyRange body)
    : b_(b),
      body_(body),
      document_(b.pending[b.first_pending]),
      mark_(b.pieces.size()),
      first_piece_(b.first_piece),
      first_pending_(b.first_pending),
      quoted_(b.quoted),
      strips_tabs_(b.strips_tabs) {
  b.pending.erase(b.pending.begin() + static_cast<ptrdiff_t>(b.first_pending));
  b.first_pending = b.pending.size();
  b.first_piece = mark_;
  b.quoted = true;
  b.strips_tabs = document_.strips_tabs;
}

void BodyFrame::finish() {
  if (b_.pending.size() > b_.first_pending)
    b_.fail_open_here_document(b_.pending[b_.first_pending], body_.to);
  Word* word = b_.make_word(mark_, b_.offset(body_.from), b_.offset(body_.to));
  word->has_quotes = true;
  *document_.body = *word;
  if (word->has_substitution && document_.owner != nullptr)
    document_.owner->has_substitution = true;
  b_.first_piece = first_piece_;
  b_.first_pending = first_pending_;
  b_.quoted = quoted_;
  b_.strips_tabs = strips_tabs_;
}

}  // namespace weir::parser
