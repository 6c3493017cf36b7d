#include "base/character_class.h"

#include <catch2/catch.hpp>

#include <cctype>

using namespace weir;

TEST_CASE("the classes have the names of POSIX", "[base]") {
  CHECK(find_character_class("alpha") == CharacterClass::alpha);
  CHECK(find_character_class("xdigit") == CharacterClass::xdigit);
  CHECK_FALSE(find_character_class("Alpha"));
  CHECK_FALSE(find_character_class(""));
}

TEST_CASE("ASCII is classified as in the POSIX locale", "[base]") {
  struct Row {
    CharacterClass which;
    int (*is)(int);
  };
  const Row rows[] = {
      {CharacterClass::alnum, std::isalnum}, {CharacterClass::alpha, std::isalpha},
      {CharacterClass::blank, std::isblank}, {CharacterClass::cntrl, std::iscntrl},
      {CharacterClass::digit, std::isdigit}, {CharacterClass::graph, std::isgraph},
      {CharacterClass::lower, std::islower}, {CharacterClass::print, std::isprint},
      {CharacterClass::punct, std::ispunct}, {CharacterClass::space, std::isspace},
      {CharacterClass::upper, std::isupper}, {CharacterClass::xdigit, std::isxdigit},
  };
  for (const Row& row : rows) {
    for (int c = 0; c < 128; ++c) {
      INFO(static_cast<int>(row.which) << " of " << c);
      CHECK(is_in_class(static_cast<char32_t>(c), row.which) == (row.is(c) != 0));
    }
  }
  CHECK(is_in_class(U'_', CharacterClass::word));
  CHECK_FALSE(is_in_class(U'-', CharacterClass::word));
}

TEST_CASE("beyond ASCII the categories of Unicode decide", "[base]") {
  CHECK(is_in_class(U'é', CharacterClass::alpha));
  CHECK(is_in_class(U'é', CharacterClass::lower));
  CHECK(is_in_class(U'É', CharacterClass::upper));
  CHECK(is_in_class(U'日', CharacterClass::alnum));
  CHECK_FALSE(is_in_class(U'日', CharacterClass::upper));
  CHECK(is_in_class(U'\u2003', CharacterClass::space));
  CHECK(is_in_class(U'“', CharacterClass::punct));
  CHECK_FALSE(is_in_class(U'é', CharacterClass::xdigit));
  CHECK_FALSE(is_in_class(char32_t{0x110000}, CharacterClass::alpha));
}
