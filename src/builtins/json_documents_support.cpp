#include "builtins/json_documents_support.h"

#include <algorithm>

namespace weir::builtins {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// What ends a number or a word such as true.
bool ends_word(char c) {
  return is_blank(c) || c == '{' || c == '}' || c == '[' || c == ']' || c == '"' || c == ',' ||
         c == ':';
}

}  // namespace

void JsonDocuments::add(std::string_view piece) {
  text_.erase(0, begin_);
  dropped_ += begin_;
  at_ -= begin_;
  begin_ = 0;
  text_ += piece;
}

/// Blanks, and with `each` the array's own brackets and commas. True at a document's first byte.
bool JsonDocuments::skip_separators() {
  if (at_start_) {
    if (text_.size() < kByteOrderMark.size() && kByteOrderMark.starts_with(text_) && !ended_) {
      return false;
    }
    at_start_ = false;
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (is_blank(c)) continue;
    const bool opens = each_ && c == '[' && array_ == Array::none;
    const bool closes =
        c == ']' && (array_ == Array::before_first || array_ == Array::after_element);
    const bool separates = c == ',' && array_ == Array::after_element;
    if (opens) {
      array_began_ = offset_of(at_);
      array_ = Array::before_first;
    } else if (closes) {
      array_ = Array::none;
    } else if (separates) {
      array_ = Array::after_comma;
    } else {
      break;
    }
  }
  begin_ = at_;
  return at_ < text_.size();
}

bool JsonDocuments::find_end() {
  while (at_ < text_.size()) {
    if (in_string_) {
      at_ = std::min(text_.find_first_of("\"\\", at_), text_.size());
      if (at_ == text_.size()) return false;
      if (text_[at_] == '\\') {
        if (at_ + 1 == text_.size()) return false;  // what is escaped comes with the next piece
        at_ += 2;
        continue;
      }
      in_string_ = false;
      ++at_;
      if (depth_ == 0) return true;
      continue;
    }
    const char c = text_[at_];
    if (depth_ == 0 && at_ > begin_ && ends_word(c)) return true;
    ++at_;
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (c == '}' || c == ']') {
      if (--depth_ <= 0) return true;
    } else if (depth_ == 0 && (c == ',' || c == ':')) {
      return true;
    }
  }
  return ended_ && !in_string_ && depth_ == 0 && at_ > begin_;
}

std::optional<JsonDocuments::Document> JsonDocuments::next() {
  if (!started_) {
    if (!skip_separators()) return {};
    started_ = true;
    depth_ = 0;
    in_string_ = false;
    misplaced_ = array_ == Array::after_element;
  }
  if (!find_end()) return {};
  const Document document{std::string_view(text_).substr(begin_, at_ - begin_), offset_of(begin_),
                          misplaced_};
  begin_ = at_;
  started_ = false;
  if (array_ != Array::none) array_ = Array::after_element;
  return document;
}

std::optional<uint64_t> JsonDocuments::unfinished() const {
  if (started_) return offset_of(begin_);
  if (array_ != Array::none) return array_began_;
  return {};
}

}  // namespace weir::builtins
