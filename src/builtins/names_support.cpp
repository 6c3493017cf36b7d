#include "builtins/names_support.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace weir::builtins {

namespace {

Value subscript(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  if (quoted) return Value(text.substr(1, text.size() - 2));
  Value value = Value::from_bareword(text);
  return value.is_int() ? value : Value(text);
}

/// Words that need no quotes wherever a value may stand, and stay strings.
bool is_plain_word(std::string_view text) {
  if (text.empty() || !(begins_name(text.front()) || text.front() == '/')) return false;
  const bool safe = std::ranges::all_of(
      text, [](char c) { return continues_name(c) || c == '/' || c == '.' || c == '-'; });
  return safe && Value::from_bareword(text).is_string();
}

/// Quoted also where a bareword would do for an argument but not in a value.
std::string string_literal(const std::string& text) {
  if (is_plain_word(text)) return text;
  std::string quoted = quote_word(text);
  return quoted == text ? fmt::format("'{}'", text) : quoted;
}

void append_literal(const Value& value, std::string& out);

void append_list(const List& list, std::string& out) {
  out += '[';
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ' ';
    append_literal(list[i], out);
  }
  out += ']';
}

void append_record(const Record& record, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : record) {
    if (!first) out += ", ";
    first = false;
    out += is_name(key) ? key : string_literal(key);
    out += ": ";
    append_literal(value, out);
  }
  out += '}';
}

void append_literal(const Value& value, std::string& out) {
  switch (value.type()) {
    case Value::Type::null:
      out += "null";
      break;
    case Value::Type::string:
      out += string_literal(value.as_string());
      break;
    case Value::Type::list:
      append_list(value.as_list(), out);
      break;
    case Value::Type::record:
      append_record(value.as_record(), out);
      break;
    default:
      value.append_text(out);
  }
}

}  // namespace

Result<NamedPlace> parse_place(std::string_view text) {
  const size_t bracket = text.find('[');
  NamedPlace place{std::string(text.substr(0, bracket)), {}};
  if (!is_name(place.name)) {
    return fail(ErrorKind::misuse, fmt::format("{} is not a variable's name", quote_word(text)));
  }
  if (bracket == std::string_view::npos) return place;
  if (text.back() != ']') {
    return fail(ErrorKind::misuse, fmt::format("{}: a ] is missing at the end", quote_word(text)));
  }
  // Between the outer brackets; a key may hold a ] but not a ][.
  std::string_view rest = text.substr(bracket + 1, text.size() - bracket - 2);
  for (;;) {
    const size_t next = rest.find("][");
    place.path.push_back(subscript(rest.substr(0, next)));
    if (next == std::string_view::npos) return place;
    rest.remove_prefix(next + 2);
  }
}

std::string value_literal(const Value& value) {
  std::string out;
  append_literal(value, out);
  return out;
}

}  // namespace weir::builtins
