#include "kernel/pieces.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "kernel/brace_range.h"
#include "kernel/glob.h"

namespace weir::kernel {

namespace {

using parser::as;
using parser::Part;
using parser::PartKind;

constexpr size_t kMaxBraceWords = 1'000'000;

std::string source_text(const std::vector<PatternSegment>& segments) {
  std::string text;
  for (const auto& segment : segments) text += segment.text;
  return text;
}

bool may_be_pattern(const Pieces& pieces) {
  for (const Piece& piece : pieces) {
    if (piece.literal && !piece.quoted &&
        piece.value.as_string().find_first_of("*?[") != std::string::npos) {
      return true;
    }
  }
  return false;
}

Result<void> glob_field(Context& ctx, const Pieces& pieces, Span span, List& out) {
  const auto segments = pattern_of(pieces);
  auto paths = expand_glob(segments, ctx.scope.directory->fd.get(), {});
  if (!paths) return fail(std::move(paths.error()).at(span));
  if (paths->empty()) {
    if (ctx.scope.options.nullglob) return {};
    return fail(ErrorKind::not_found,
                fmt::format("no file matches {}; quote it to pass it as it is, or set -o nullglob",
                            source_text(segments)),
                span);
  }
  for (auto& path : *paths) out.emplace_back(std::move(path));
  return {};
}

/// The items of one brace part as part sequences of their own.
Result<std::vector<PartSequence>> brace_items(const Part& part) {
  std::vector<PartSequence> items;
  for (const parser::Word* word : as<parser::BraceListPart>(part).items) {
    auto inner = expand_braces(*word);
    if (!inner) return inner;
    for (auto& sequence : *inner) items.push_back(std::move(sequence));
  }
  return items;
}

}  // namespace

std::vector<PatternSegment> pattern_of(const Pieces& pieces) {
  std::vector<PatternSegment> segments;
  segments.reserve(pieces.size());
  for (const Piece& piece : pieces) {
    segments.push_back({piece.value.to_text(), !piece.literal || piece.quoted});
  }
  return segments;
}

std::string regex_of(const Pieces& pieces) {
  std::string regex;
  for (const Piece& piece : pieces) {
    const std::string text = piece.value.to_text();
    regex += piece.quoted ? re2::RE2::QuoteMeta(text) : text;
  }
  return regex;
}

std::string text_of(const Pieces& pieces) {
  std::string text;
  for (const Piece& piece : pieces) {
    if (piece.parameters) {
      bool first = true;
      for (const Value& value : piece.value.as_list()) {
        if (!std::exchange(first, false)) text += ' ';
        value.append_text(text);
      }
    } else {
      piece.value.append_text(text);
    }
  }
  return text;
}

Value value_of(Pieces pieces) {
  if (pieces.size() == 1 && !pieces[0].parameters) {
    Piece& only = pieces[0];
    if (only.literal || !only.quoted || only.value.is_string()) return std::move(only.value);
  }
  return Value(text_of(pieces));
}

Result<void> fields_of(Context& ctx, Pieces pieces, Span span, List& out) {
  bool several = false;
  for (const Piece& piece : pieces) several |= piece.parameters;
  if (!several) {
    if (ctx.scope.options.glob && may_be_pattern(pieces)) return glob_field(ctx, pieces, span, out);
    out.push_back(value_of(std::move(pieces)));
    return {};
  }
  // "a$@b": the text before joins the first parameter, the text after the last.
  Pieces current;
  const auto flush = [&]() -> Result<void> {
    if (current.empty()) return {};
    auto done = fields_of(ctx, std::move(current), span, out);
    current.clear();
    return done;
  };
  for (Piece& piece : pieces) {
    if (!piece.parameters) {
      current.push_back(std::move(piece));
      continue;
    }
    const List parameters = piece.value.as_list();
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (i > 0) {
        if (auto done = flush(); !done) return done;
      }
      current.push_back({parameters[i], false, false, false, piece.span});
    }
  }
  return flush();
}

Result<void> spread(Value value, Span span, List& out) {
  if (!value.is_list()) {
    return fail(ErrorKind::invalid, fmt::format("... takes a list, not a {}", value.type_name()),
                span);
  }
  for (const Value& item : value.as_list()) out.push_back(item);
  return {};
}

Result<std::vector<PartSequence>> expand_braces(const parser::Word& word) {
  if (!word.has_brace) {
    PartSequence whole;
    for (const Part* part : word.parts) whole.push_back({part});
    return std::vector<PartSequence>{std::move(whole)};
  }
  std::vector<PartSequence> sequences(1);
  for (const Part* part : word.parts) {
    std::vector<PartSequence> items;
    if (part->kind == PartKind::brace_list) {
      auto expanded = brace_items(*part);
      if (!expanded) return expanded;
      items = std::move(*expanded);
    } else if (part->kind == PartKind::brace_range) {
      const auto& range = as<parser::BraceRangePart>(*part);
      auto texts = expand_range(range.from, range.to, range.step);
      if (!texts) return fail(std::move(texts.error()).at(part->span));
      for (auto& text : *texts) items.push_back({SequencePart{nullptr, std::move(text)}});
    } else {
      items.push_back({SequencePart{part}});
    }
    if (sequences.size() * items.size() > kMaxBraceWords) {
      return fail(ErrorKind::limit,
                  fmt::format("the brace expansion makes over {} words", kMaxBraceWords),
                  word.span);
    }
    std::vector<PartSequence> product;
    product.reserve(sequences.size() * items.size());
    for (const PartSequence& left : sequences) {
      for (const PartSequence& right : items) {
        PartSequence joined = left;
        joined.insert(joined.end(), right.begin(), right.end());
        product.push_back(std::move(joined));
      }
    }
    sequences = std::move(product);
  }
  return sequences;
}

}  // namespace weir::kernel
