#include "parser/allow_comment.h"

#include <catch2/catch.hpp>

#include "parser/parser.h"
#include "parser/validator.h"
#include "support/test_shell.h"

using namespace weir;
using namespace weir::parser;

namespace {

/// The codes that are left of one warning (W0NN) at the first `HERE` of the text.
size_t left(std::string text, std::string code, Severity severity = Severity::warning) {
  const auto at = static_cast<uint32_t>(text.find("HERE"));
  const auto parsed = parse("t", std::move(text));
  REQUIRE(parsed.outcome == Outcome::ok);
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.code = std::move(code);
  diagnostic.span = {at, at + 4};
  std::vector<Diagnostic> found{diagnostic};
  remove_allowed(found, *parsed.unit);
  return found.size();
}

}  // namespace

TEST_CASE("a comment takes warnings of its number off its line", "[parser]") {
  CHECK(left("a HERE # weir: allow W063\n", "W063") == 0);
  CHECK(left("a HERE # weir: allow W063\n", "W064") == 1);
  CHECK(left("a HERE\nb # weir: allow W063\n", "W063") == 1);
  CHECK(left("a HERE # allow W063\n", "W063") == 1);
}

TEST_CASE("a comment on a line of its own is for the next one", "[parser]") {
  CHECK(left("# weir: allow W063\na HERE\n", "W063") == 0);
  CHECK(left("# weir: allow W063\nb\na HERE\n", "W063") == 1);
}

TEST_CASE("errors stay", "[parser]") {
  CHECK(left("a HERE # weir: allow E043\n", "E043", Severity::error) == 1);
}
