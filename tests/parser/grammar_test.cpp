#include "parser/grammar.h"

#include <catch2/catch.hpp>

#include <tao/pegtl/contrib/analyze.hpp>

TEST_CASE("no rule of the grammar can loop without taking anything", "[parser]") {
  CHECK(tao::pegtl::analyze<weir::parser::grammar::unit>(1) == 0);
}
