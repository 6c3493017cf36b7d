// Names of variables: a letter or _, then letters, digits and _, all ASCII.
//
// The one rule of the grammar, the checks, the kernel and the builtins. Nothing
// here depends on the locale (POSIX 3.235 takes names from the portable set).
#pragma once

#include <string_view>

namespace weir {

constexpr bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

constexpr bool is_name(std::string_view text) {
  if (text.empty() || !begins_name(text.front())) return false;
  for (const char c : text) {
    if (!continues_name(c)) return false;
  }
  return true;
}

}  // namespace weir
