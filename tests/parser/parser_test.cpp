#include "parser/parser.h"

#include <catch2/catch.hpp>

#include "parser/dump.h"

using namespace weir::parser;

TEST_CASE("commands, pipelines and lists have their tree", "[parser]") {
  const auto tree = [](std::string text) {
    const ParseResult result = parse("t", std::move(text));
    return result.outcome == Outcome::ok ? dump(*result.unit) : result.diagnostics.at(0).message;
  };
  CHECK(tree("a b | c && d") == "(and (pipe (a b) (c)) (d))\n");
  CHECK(tree("f() { a; }") == "(function f (group (a)))\n");
}
