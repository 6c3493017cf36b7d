#include "base/character_class.h"

#include <utf8proc.h>

namespace weir {

namespace {

constexpr std::string_view kNames[] = {
    "alnum", "alpha", "blank", "cntrl", "digit", "graph",  "lower",
    "print", "punct", "space", "upper", "word",  "xdigit",
};

bool is_between(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }

bool is_letter(utf8proc_category_t category) {
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/// Marks belong to the letters they sit on.
bool is_alphabetic(utf8proc_category_t category) {
  return is_letter(category) || category == UTF8PROC_CATEGORY_NL ||
         (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) ||
         category == UTF8PROC_CATEGORY_ND;
}

bool is_space(char32_t c, utf8proc_category_t category) {
  return is_between(c, '\t', '\r') || category == UTF8PROC_CATEGORY_ZS ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool is_control(utf8proc_category_t category) { return category == UTF8PROC_CATEGORY_CC; }

bool is_printable(utf8proc_category_t category) {
  return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CC &&
         category != UTF8PROC_CATEGORY_CS && category != UTF8PROC_CATEGORY_ZL &&
         category != UTF8PROC_CATEGORY_ZP;
}

bool is_digit(char32_t c) { return is_between(c, '0', '9'); }

/// Digits of other scripts count as letters, as in glibc: `digit` is 0 to 9.
bool is_alpha(char32_t c, utf8proc_category_t category) {
  return !is_digit(c) && is_alphabetic(category);
}

}  // namespace

std::optional<CharacterClass> find_character_class(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<CharacterClass>(i);
  }
  return std::nullopt;
}

bool is_in_class(char32_t c, CharacterClass which) {
  if (c > 0x10FFFF) return false;
  const auto code_point = static_cast<int32_t>(c);
  const utf8proc_category_t category = utf8proc_category(code_point);
  const bool graphic = is_printable(category) && !is_space(c, category);
  switch (which) {
    case CharacterClass::alnum:
      return is_digit(c) || is_alpha(c, category);
    case CharacterClass::alpha:
      return is_alpha(c, category);
    case CharacterClass::blank:
      return c == '\t' || category == UTF8PROC_CATEGORY_ZS;
    case CharacterClass::cntrl:
      return is_control(category) || category == UTF8PROC_CATEGORY_ZL ||
             category == UTF8PROC_CATEGORY_ZP;
    case CharacterClass::digit:
      return is_digit(c);
    case CharacterClass::graph:
      return graphic;
    case CharacterClass::lower:
      return category == UTF8PROC_CATEGORY_LL || utf8proc_toupper(code_point) != code_point;
    case CharacterClass::print:
      return is_printable(category);
    case CharacterClass::punct:
      return graphic && !is_digit(c) && !is_alpha(c, category);
    case CharacterClass::space:
      return is_space(c, category);
    case CharacterClass::upper:
      return category == UTF8PROC_CATEGORY_LU || utf8proc_tolower(code_point) != code_point;
    case CharacterClass::word:
      return c == '_' || is_digit(c) || is_alpha(c, category);
    case CharacterClass::xdigit:
      return is_digit(c) || is_between(c, 'a', 'f') || is_between(c, 'A', 'F');
  }
  return false;
}

}  // namespace weir
