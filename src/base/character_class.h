// Character classes: the names of POSIX ([[:alpha:]] …) over all of Unicode.
//
// Used by shell patterns. Independent of the locale; ASCII follows the POSIX
// locale, the rest the general categories of Unicode.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

enum class CharacterClass : uint8_t {
  alnum,
  alpha,
  blank,
  cntrl,
  digit,
  graph,
  lower,
  print,
  punct,
  space,
  upper,
  word,
  xdigit,
};

/// "alpha" and so on; nothing for an unknown name.
std::optional<CharacterClass> find_character_class(std::string_view name);
bool is_in_class(char32_t c, CharacterClass which);

}  // namespace weir
