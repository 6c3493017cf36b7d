#include "repl/completion_quoting.h"

#include <catch2/catch.hpp>

#include "kernel/kernel.h"

using namespace weir::repl;

TEST_CASE("a completion is escaped for the quotes it stands in", "[completion]") {
  CHECK(quote_for("a b", Quote::none) == "a\\ b");
  CHECK(quote_for("a\nb", Quote::none) == "$'a\\nb'");
  CHECK(quote_for("a $b", Quote::double_) == "a \\$b");
  CHECK(quote_for("it's", Quote::single) == "it'\\''s");
}

TEST_CASE("whatever is completed is read back as it is, in any quotes", "[completion]") {
  const char* const values[] = {"plain",   "a b",  "it's",  "say \"x\"", "$HOME",
                                "`x`",     "a\\b", "*?[x]", "#x",        "{a,b}",
                                "a;b&c|d", "<x>",  "!x",    "ä€😀",      "~x"};
  const std::pair<Quote, const char*> openers[] = {
      {Quote::none, ""}, {Quote::single, "'"}, {Quote::double_, "\""}, {Quote::dollar, "$'"}};
  weir::Kernel kernel;
  for (const char* value : values) {
    for (const auto& [quote, opener] : openers) {
      const std::string word = opener + quote_for(value, quote) + std::string(closing_quote(quote));
      INFO(word);
      CHECK(kernel.execute("printf %s " + word).out == value);
    }
  }
}
