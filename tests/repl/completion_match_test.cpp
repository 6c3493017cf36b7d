#include "repl/completion_match.h"

#include <catch2/catch.hpp>

using weir::repl::matching_offers;
using weir::repl::Offer;

namespace {

std::string matches(std::vector<std::string> values, std::string_view typed) {
  std::vector<Offer> offers;
  for (std::string& value : values) offers.push_back({std::move(value)});
  std::string text;
  for (const Offer& offer : matching_offers(std::move(offers), typed)) text += offer.value + " ";
  return text;
}

}  // namespace

TEST_CASE("only the best way of fitting is kept", "[completion]") {
  CHECK(matches({"xmake", "Makefile", "make", "mark"}, "ma") == "make mark ");
  CHECK(matches({"xmake", "Makefile"}, "ma") == "Makefile ");
  CHECK(matches({"xmake", "m-a-k-e"}, "mak") == "xmake ");
  CHECK(matches({"git-checkout", "other"}, "gco") == "git-checkout ");
}

TEST_CASE("two letters in order are no fit", "[completion]") {
  CHECK(matches({"git-checkout"}, "go") == "");
}

TEST_CASE("nothing typed offers everything, sorted, each once", "[completion]") {
  CHECK(matches({"b", "a", "b"}, "") == "a b ");
}

TEST_CASE("the first offer of a value keeps its description", "[completion]") {
  const auto offers = matching_offers({{"a", "first"}, {"a", "second"}}, "a");
  REQUIRE(offers.size() == 1);
  CHECK(offers[0].description == "first");
}
