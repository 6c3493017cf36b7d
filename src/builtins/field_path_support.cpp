#include "builtins/field_path_support.h"

#include <fmt/format.h>

#include <charconv>

#include "builtins/row_filter_support.h"
#include "kernel/subscript.h"
#include "kernel/value_kind.h"

namespace weir::builtins {

namespace {

std::unexpected<Error> bad_path(std::string_view text, std::string_view reason) {
  return fail(ErrorKind::invalid, fmt::format("'{}' is no field: {}", text, reason));
}

/// The subscript between `[` and `]` from `at`, which moves behind the `]`.
Result<Value> take_subscript(std::string_view text, size_t& at) {
  const char quote = at + 1 < text.size() ? text[at + 1] : '\0';
  if (quote == '"' || quote == '\'') {
    const size_t end = text.find(quote, at + 2);
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != ']') {
      return bad_path(text, "a quoted key ends with the quote and ]");
    }
    Value key(text.substr(at + 2, end - at - 2));
    at = end + 2;
    return key;
  }
  const size_t end = text.find(']', at);
  if (end == std::string_view::npos) return bad_path(text, "a [ has no ]");
  const std::string_view word = text.substr(at + 1, end - at - 1);
  if (word.empty()) return bad_path(text, "a subscript is empty");
  at = end + 1;
  return Value(word);
}

/// A key or an index up to the next dot or bracket.
Result<Value> take_word(std::string_view text, size_t& at) {
  const size_t end = std::min(text.find_first_of(".[", at), text.size());
  if (end == at) return bad_path(text, "a key is missing");
  Value key(text.substr(at, end - at));
  at = end;
  return key;
}

}  // namespace

Result<FieldPath> FieldPath::parse(std::string_view text) {
  FieldPath path;
  path.text_ = text;
  if (text == ".") return path;
  if (text.empty()) return bad_path(text, "it is empty");
  size_t at = text[0] == '.' ? 1 : 0;  // ".name" is how jq writes it
  bool takes_word = text[at] != '[';
  while (takes_word || at < text.size()) {
    auto step = takes_word ? take_word(text, at) : take_subscript(text, at);
    if (!step) return fail(std::move(step.error()));
    path.steps_.push_back(std::move(*step));
    if (at < text.size() && text[at] != '.' && text[at] != '[') {
      return bad_path(text, "after ] only another [ or a dot may come");
    }
    takes_word = at < text.size() && text[at] == '.';
    if (takes_word) ++at;
  }
  return path;
}

bool FieldPath::starts_with_key() const {
  if (steps_.empty()) return false;
  const std::string& word = steps_.front().as_string();
  int64_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  return error != std::errc() || end != word.data() + word.size();
}

std::optional<uint64_t> FieldPath::take_index() {
  if (steps_.empty()) return {};
  const std::string& word = steps_.front().as_string();
  uint64_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  if (error != std::errc() || end != word.data() + word.size()) return {};
  steps_.erase(steps_.begin());
  return index;
}

Result<const Value*> FieldPath::find(const Value& row) const {
  const Value* value = &row;
  for (const Value& step : steps_) {
    if (value->is_record()) {
      if (const Value* found = value->as_record().find(step.as_string())) {
        value = found;
        continue;
      }
    }
    auto found = kernel::find_element(*value, step);
    if (!found) return found;
    value = *found;
  }
  return value;
}

namespace {

/// A key that holds a dot was perhaps meant.
std::string dot_hint(const FieldPath& path, const Value& row) {
  const std::string& text = path.text();
  if (text.find('.') == std::string::npos || !row.is_record() || !row.as_record().find(text)) {
    return {};
  }
  return fmt::format("; a key that holds a dot is written '[\"{}\"]'", text);
}

}  // namespace

Result<const Value*> Field::of(const Value& row, uint64_t number) const {
  auto found = path_.find(row);
  if (found) return found;
  if (row.is_string()) {
    return fail(
        ErrorKind::invalid,
        fmt::format("{} is text and has no fields; put {} in front", describe_row(number, row),
                    row.as_string().starts_with('{') ? "fromjsonl" : "fromjson or split --to"));
  }
  if (row.is_list() && path_.starts_with_key()) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is a list and has no field {}; put values --each in front for its "
                            "elements",
                            describe_row(number, row), path_.text()));
  }
  const bool absent = kernel::is_absent(found.error());
  if (absent && otherwise_) return &*otherwise_;
  return fail(found.error().kind,
              fmt::format("row {}: {}: {}{}{}", number, path_.text(), found.error().message,
                          absent ? dot_hint(path_, row) : "",
                          absent ? " (--or VALUE stands in for what is not there)" : ""));
}

Value typed_word(Value word) {
  return word.is_string() ? Value::from_bareword(word.as_string()) : word;
}

}  // namespace weir::builtins
