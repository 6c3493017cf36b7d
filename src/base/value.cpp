#include "base/value.h"

#include <atomic>
#include <charconv>
#include <cmath>

#include "base/collection_body.h"

namespace weir {

namespace {

/// True when a write may happen in place. The fence pairs with the release of
/// another thread that just dropped its copy: its reads are over before we write.
template <class Pointer>
bool is_sole_owner(const Pointer& pointer) {
  if (pointer.use_count() != 1) return false;
  std::atomic_thread_fence(std::memory_order_acquire);
  return true;
}

}  // namespace

Value::Value(List list) : data_(ListPtr(std::make_shared<ListBody>(std::move(list)))) {}
Value::Value(Record record) : data_(RecordPtr(std::make_shared<RecordBody>(std::move(record)))) {}

std::string_view Value::type_name() const {
  switch (type()) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "bool";
    case Type::integer:
      return "int";
    case Type::real:
      return "float";
    case Type::string:
      return "string";
    case Type::list:
      return "list";
    case Type::record:
      return "record";
  }
  return "null";
}

List& Value::list_mut() {
  ListPtr& pointer = std::get<ListPtr>(data_);
  if (!is_sole_owner(pointer)) pointer = std::make_shared<ListBody>(*pointer);
  return *pointer;
}

Record& Value::record_mut() {
  RecordPtr& pointer = std::get<RecordPtr>(data_);
  if (!is_sole_owner(pointer)) pointer = std::make_shared<RecordBody>(*pointer);
  return *pointer;
}

std::string Value::to_text() const {
  if (is_string()) return as_string();
  std::string out;
  append_text(out);
  return out;
}

void Value::append_text(std::string& out) const {
  switch (type()) {
    case Type::null:
      break;
    case Type::string:
      out += as_string();
      break;
    case Type::real:
      out += real_to_text(as_real());
      break;
    default:
      append_json(out);
  }
}

std::string Value::to_json() const {
  std::string out;
  append_json(out);
  return out;
}

std::string real_to_text(double d) {
  if (std::isnan(d)) return "nan";
  if (std::isinf(d)) return d < 0 ? "-inf" : "inf";
  // Plain digits where a person would write them, an exponent beyond that.
  const double size = std::fabs(d);
  const bool plain = size == 0 || (size >= 1e-5 && size < 1e16);
  char buffer[40];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  char* const end = std::to_chars(buffer, buffer + sizeof buffer, d, format).ptr;
  std::string text(buffer, end);
  if (plain && text.find('.') == std::string::npos) text += ".0";
  return text;
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A cheap look before parsing: only digits, and ". e + -" after the first digit.
bool looks_like_number(std::string_view word) {
  const size_t first = word.starts_with('-') ? 1 : 0;
  if (first == word.size() || !is_digit(word[first])) return false;
  return word.find_first_not_of("0123456789.e+-", first) == std::string_view::npos;
}

bool is_canonical_int(std::string_view word) {
  const std::string_view digits = word.substr(word.starts_with('-') ? 1 : 0);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  return digits[0] != '0' || word == "0";
}

/// D14: typed only where printing the number gives the word back.
Value number_or_string(std::string_view word) {
  const char* const end = word.data() + word.size();
  if (is_canonical_int(word)) {
    int64_t i = 0;
    if (std::from_chars(word.data(), end, i).ec == std::errc()) return i;
  }
  double d = 0;
  const auto [stop, error] = std::from_chars(word.data(), end, d);
  if (error == std::errc() && stop == end && real_to_text(d) == word) return d;
  return word;
}

}  // namespace

Value Value::from_bareword(std::string_view word) {
  if (looks_like_number(word)) return number_or_string(word);
  if (word == "true") return true;
  if (word == "false") return false;
  if (word == "null") return {};
  return word;
}

}  // namespace weir
