// Names of variables, what stands inside them (`r[key][0]`), and values as source text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/name.h"
#include "base/value.h"

namespace weir::builtins {

/// `xs`, or a name with subscripts as text: r[key][0].
struct NamedPlace {
  std::string name;
  std::vector<Value> path;
};
/// Keys may be in quotes; unquoted whole numbers are indices.
Result<NamedPlace> parse_place(std::string_view text);

/// Source text that reads back as this value, with its type, after `x=`.
std::string value_literal(const Value& value);

}  // namespace weir::builtins
