// Words: pieces to parts, braces to expansions, and the flags of a word.
#include <charconv>
#include <optional>

#include "parser/builder.h"
#include "parser/bytes.h"

namespace weir::parser {

namespace {

const LiteralPart& literal(const Part& part) { return static_cast<const LiteralPart&>(part); }

bool holds_substitution(const Word* word) { return word != nullptr && word->has_substitution; }

bool has_substitution(const Part& part) {
  switch (part.kind) {
    case PartKind::command:
    case PartKind::process:
      return true;
    case PartKind::arithmetic: {
      const auto* expr = as<ArithmeticPart>(part).expr;
      return expr != nullptr && expr->has_substitution;
    }
    case PartKind::parameter: {
      const auto& parameter = as<ParameterPart>(part);
      for (const Subscript& subscript : parameter.path)
        if (holds_substitution(subscript.index) || holds_substitution(subscript.end)) return true;
      return holds_substitution(parameter.operand) || holds_substitution(parameter.replacement);
    }
    case PartKind::brace_list:
      for (const Word* item : as<BraceListPart>(part).items)
        if (item->has_substitution) return true;
      return false;
    default:
      return false;
  }
}

/// An unquoted * or ?, or a [ with a ] somewhere after it.
bool has_pattern(std::span<const Part* const> parts) {
  bool open = false;
  for (const Part* part : parts) {
    if (part->kind == PartKind::brace_list) {
      for (const Word* item : as<BraceListPart>(*part).items)
        if (item->has_pattern) return true;
    }
    if (part->kind != PartKind::literal || part->quoted) continue;
    for (char c : literal(*part).text) {
      if (c == '*' || c == '?' || (c == ']' && open)) return true;
      if (c == '[') open = true;
    }
  }
  return false;
}

std::string_view joined_text(Arena& arena, std::span<const Part* const> parts) {
  if (parts.empty()) return {};
  if (parts.size() == 1) return literal(*parts[0]).text;
  size_t size = 0;
  for (const Part* part : parts) size += literal(*part).text.size();
  char* text = arena.make_chars(size);
  char* p = text;
  for (const Part* part : parts) {
    const std::string_view piece = literal(*part).text;
    if (!piece.empty()) std::memcpy(p, piece.data(), piece.size());
    p += piece.size();
  }
  return {text, size};
}

struct Range {
  std::string_view from;
  std::string_view to;
  int64_t step = 1;
};

std::optional<int64_t> to_integer(std::string_view text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

bool is_letter(std::string_view text) {
  return text.size() == 1 && kNameStart[text[0]] && text[0] != '_';
}

/// "1..5", "a..e..2": the inside of a brace range.
std::optional<Range> to_range(std::string_view text) {
  const size_t first = text.find("..");
  if (first == std::string_view::npos) return std::nullopt;
  Range range;
  range.from = text.substr(0, first);
  range.to = text.substr(first + 2);
  if (const size_t second = range.to.find(".."); second != std::string_view::npos) {
    const auto step = to_integer(range.to.substr(second + 2));
    if (!step) return std::nullopt;
    range.step = *step == 0 ? 1 : *step;
    range.to = range.to.substr(0, second);
  }
  const bool letters = is_letter(range.from) && is_letter(range.to);
  const bool numbers = to_integer(range.from) && to_integer(range.to);
  if (!letters && !numbers) return std::nullopt;
  return range;
}

}  // namespace

void Builder::add_literal(const char* from, const char* to, bool quoted_text) {
  const std::string_view text(from, static_cast<size_t>(to - from));
  // Pieces of one run, such as a* or a joined escape, are one part.
  if (pieces.size() > first_piece && !text.empty()) {
    Piece& last = pieces.back();
    if (last.mark == Piece::Mark::none && last.part->kind == PartKind::literal &&
        last.part->quoted == quoted_text) {
      auto& before = static_cast<LiteralPart&>(*last.part);
      if (before.span.end == offset(from) && before.text.data() + before.text.size() == from) {
        before.text = {before.text.data(), before.text.size() + text.size()};
        before.span.end = offset(to);
        return;
      }
    }
  }
  add_literal(text, span(from, to), quoted_text);
}

void Builder::add_literal(std::string_view text, Span at, bool quoted_text) {
  pieces.push({arena.make<LiteralPart>(
      LiteralPart{{.kind = PartKind::literal, .quoted = quoted_text, .span = at}, text})});
}

void Builder::add_bare_word(const char* from, const char* to) {
  struct Bare {
    Word word;
    const Part* part;
    LiteralPart literal;
  };
  const std::string_view text(from, static_cast<size_t>(to - from));
  const Span at = span(from, to);
  if (text == "}") lone_brace = at.begin;
  auto* bare = arena.make<Bare>();
  bare->literal.kind = PartKind::literal;
  bare->literal.span = at;
  bare->literal.text = text;
  bare->part = &bare->literal;
  bare->word.span = at;
  bare->word.parts = {&bare->part, 1};
  bare->word.text = text;
  bare->word.is_static = true;
  words.push(&bare->word);
}

void Builder::open_brace(const char* at) {
  if (braces.size() - first_brace + depth >= OpenConstruct::kMaxDepth) fail_too_deep(at + 1);
  braces.push({pieces.size()});
  add_literal(std::string_view(at, 1), span(at, at + 1), false);
  pieces.back().mark = Piece::Mark::open;
}

void Builder::brace_comma(const char* at) {
  ++braces.back().commas;
  add_literal(std::string_view(at, 1), span(at, at + 1), false);
  pieces.back().mark = Piece::Mark::comma;
}

/// The parts since the innermost { become an expansion if they are one, and stay text if not.
void Builder::close_brace(const char* at) {
  const OpenBrace open_at = braces.pop();
  const uint32_t from = pieces[open_at.piece].part->span.begin;
  const Span all = {from, offset(at) + 1};
  if (open_at.commas != 0) {
    add_brace_list(open_at.piece, all);
    return;
  }
  pieces[open_at.piece].mark = Piece::Mark::none;
  if (pieces.size() == open_at.piece + 2) {
    const Part& only = *pieces.back().part;
    if (only.kind == PartKind::literal && !only.quoted) {
      if (const auto range = to_range(literal(only).text)) {
        pieces.truncate(open_at.piece);
        pieces.push({arena.make<BraceRangePart>(BraceRangePart{
            {.kind = PartKind::brace_range, .span = all}, range->from, range->to, range->step})});
        return;
      }
    }
  }
  add_literal(std::string_view(at, 1), span(at, at + 1), false);
}

void Builder::add_brace_list(size_t open_piece, Span all) {
  const size_t mark = words.size();
  size_t begin = open_piece + 1;
  uint32_t from = all.begin + 1;
  const size_t count = pieces.size();
  for (size_t i = begin; i <= count; ++i) {
    if (i != count && pieces[i].mark != Piece::Mark::comma) continue;
    const uint32_t to = i == count ? all.end - 1 : pieces[i].part->span.begin;
    words.push(make_word_of(begin, i, from, to));
    begin = i + 1;
    from = to + 1;
  }
  pieces.truncate(open_piece);
  const std::span<Word* const> items = words.take(arena, mark);
  pieces.push({arena.make<BraceListPart>(
      BraceListPart{{.kind = PartKind::brace_list, .span = all}, {items.data(), items.size()}})});
}

Word* Builder::make_word_of(size_t first, size_t last, uint32_t from, uint32_t to) {
  auto* word = arena.make<Word>();
  word->span = {from, to};
  const Part** parts = arena.make_array<const Part*>(last - first);
  size_t count = 0;
  for (size_t i = first; i < last; ++i) {
    Part* part = pieces[i].part;
    // Braces that turned out to be text join the text around them.
    if (count != 0 && part->kind == PartKind::literal && !part->quoted &&
        parts[count - 1]->kind == PartKind::literal && !parts[count - 1]->quoted) {
      const auto& before = literal(*parts[count - 1]);
      const auto& after = literal(*part);
      if (before.text.data() + before.text.size() == after.text.data()) {
        parts[count - 1] = arena.make<LiteralPart>(
            LiteralPart{{.kind = PartKind::literal, .span = {before.span.begin, after.span.end}},
                        {before.text.data(), before.text.size() + after.text.size()}});
        continue;
      }
    }
    parts[count++] = part;
  }
  word->parts = {parts, count};
  set_flags(*word);
  return word;
}

void Builder::set_flags(Word& word) {
  bool literals = true;
  for (const Part* part : word.parts) {
    if (part->quoted) word.has_quotes = true;
    if (part->kind == PartKind::literal) continue;
    literals = false;
    if (part->kind == PartKind::brace_list || part->kind == PartKind::brace_range)
      word.has_brace = true;
    if (!word.has_substitution && parser::has_substitution(*part)) word.has_substitution = true;
  }
  word.has_pattern = parser::has_pattern(word.parts);
  if (literals && !word.has_pattern) {
    word.is_static = true;
    word.text = joined_text(arena, word.parts);
  }
}

Word* Builder::make_word(size_t mark, uint32_t from, uint32_t to) {
  Word* word = make_word_of(mark, pieces.size(), from, to);
  pieces.truncate(mark);
  return word;
}

}  // namespace weir::parser
