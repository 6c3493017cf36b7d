#include "repl/text_buffer.h"

#include <algorithm>

#include "repl/grapheme.h"

namespace weir::repl {

void TextBuffer::set_cursor(size_t at) {
  cursor_ = grapheme_boundary(text_, at);
  wanted_column_.reset();
}

/// The one place where the text changes.
void TextBuffer::apply(size_t at, size_t removed, std::string_view inserted) {
  text_.replace(at, removed, inserted);
  ++version_;
  wanted_column_.reset();
  if (mark_ && *mark_ > at)
    *mark_ = std::max(at, *mark_ - std::min(*mark_, removed)) + inserted.size();
  if (mark_) *mark_ = std::min(*mark_, text_.size());
}

void TextBuffer::replace(size_t begin, size_t end, std::string_view with, ChangeKind kind) {
  end = std::min(end, text_.size());
  if (begin > end || (begin == end && with.empty())) return;
  history_.add({begin, text_.substr(begin, end - begin), std::string(with), cursor_}, kind);
  apply(begin, end - begin, with);
  // What was put in may have joined with what follows into one grapheme.
  cursor_ = begin + with.size();
  if (cursor_ < text_.size()) cursor_ = grapheme_boundary(text_, cursor_);
}

void TextBuffer::insert(std::string_view text, ChangeKind kind) {
  replace(cursor_, cursor_, text, kind);
}

std::string TextBuffer::erase(size_t begin, size_t end, ChangeKind kind) {
  end = std::min(end, text_.size());
  if (begin >= end) return {};
  std::string removed = text_.substr(begin, end - begin);
  const size_t cursor = cursor_ >= end ? cursor_ - removed.size() : std::min(cursor_, begin);
  replace(begin, end, {}, kind);
  set_cursor(cursor);
  return removed;
}

void TextBuffer::set_text(std::string_view text) {
  break_undo_group();
  replace(0, text_.size(), text);
  break_undo_group();
}

void TextBuffer::reset(std::string text) {
  text_ = std::move(text);
  cursor_ = text_.size();
  mark_.reset();
  wanted_column_.reset();
  history_.clear();
  ++version_;
}

bool TextBuffer::undo() {
  const auto* changes = history_.undo();
  if (!changes) return false;
  for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
    apply(change->at, change->inserted.size(), change->removed);
    cursor_ = change->cursor_before;
  }
  return true;
}

bool TextBuffer::redo() {
  const auto* changes = history_.redo();
  if (!changes) return false;
  for (const TextChange& change : *changes) {
    apply(change.at, change.removed.size(), change.inserted);
    set_cursor(change.at + change.inserted.size());
  }
  return true;
}

std::optional<Span> TextBuffer::region() const {
  if (!mark_) return {};
  const auto [begin, end] = std::minmax(*mark_, cursor_);
  return Span{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
}

size_t TextBuffer::line_begin(size_t at) const {
  if (at == 0) return 0;
  const size_t newline = text_.rfind('\n', at - 1);
  return newline == std::string::npos ? 0 : newline + 1;
}

size_t TextBuffer::line_end(size_t at) const {
  return std::min(text_.find('\n', at), text_.size());
}

/// In graphemes from the line's begin.
size_t TextBuffer::column() const {
  size_t column = 0;
  for (size_t i = line_begin(cursor_); i < cursor_; i = next_grapheme(text_, i)) ++column;
  return column;
}

void TextBuffer::go_to_column(size_t line, size_t column) {
  const size_t end = line_end(line);
  cursor_ = line;
  for (size_t i = 0; i < column && cursor_ < end; ++i)
    cursor_ = std::min(end, next_grapheme(text_, cursor_));
  wanted_column_ = column;
}

bool TextBuffer::move_up() {
  const size_t begin = line_begin(cursor_);
  if (begin == 0) return false;
  go_to_column(line_begin(begin - 1), wanted_column_.value_or(column()));
  return true;
}

bool TextBuffer::move_down() {
  const size_t end = line_end(cursor_);
  if (end == text_.size()) return false;
  go_to_column(end + 1, wanted_column_.value_or(column()));
  return true;
}

}  // namespace weir::repl
