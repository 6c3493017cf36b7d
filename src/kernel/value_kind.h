// How messages speak of values: "a list", "an int", "null"; and a short look at one.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "base/value.h"

namespace weir::kernel {

inline std::string_view kind_with_article(const Value& value) {
  switch (value.type()) {
    case Value::Type::null:
      return "null";
    case Value::Type::boolean:
      return "a bool";
    case Value::Type::integer:
      return "an int";
    case Value::Type::real:
      return "a float";
    case Value::Type::string:
      return "a string";
    case Value::Type::list:
      return "a list";
    case Value::Type::record:
      return "a record";
  }
  return "null";
}

/// A string in quotes (escaped, cut after 60 characters), another scalar as its
/// text, a collection by its kind.
inline std::string preview(const Value& value) {
  constexpr size_t max = 60;
  if (!value.is_scalar()) return std::string(kind_with_article(value));
  if (!value.is_string()) return value.is_null() ? "null" : value.to_text();
  const std::string& text = value.as_string();
  const std::string_view head = slice_code_points(text, 0, max);
  return Value(to_valid_utf8(head) + (head.size() < text.size() ? "…" : "")).to_json();
}

}  // namespace weir::kernel
