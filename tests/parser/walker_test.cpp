#include "parser/walker.h"

#include <catch2/catch.hpp>

#include "parser/function_names.h"
#include "parser/parser.h"
#include "parser/scatter_stages.h"

using namespace weir;
using namespace weir::parser;

namespace {

UnitPtr parsed(std::string text) {
  auto result = parse("t", std::move(text));
  REQUIRE(result.outcome == Outcome::ok);
  return std::move(result.unit);
}

// Each simple command with a letter for each thing that its place says.
class Places : public Visitor {
 public:
  std::string all;

  void command(const Command& command, const Place& place) override {
    const std::string_view name = static_name(command);
    if (name.empty()) return;
    if (!all.empty()) all += ' ';
    all += name;
    std::string marks;
    if (place.loops > 0) marks += std::to_string(place.loops);
    if (place.in_function) marks += 'f';
    if (place.is_conditional) marks += 'c';
    if (place.is_handled) marks += 'h';
    if (place.is_stage) marks += 's';
    if (place.is_separate) marks += 'x';
    if (!marks.empty()) all += ":" + marks;
  }
};

std::string places(std::string text) {
  const auto unit = parsed(std::move(text));
  Places visitor;
  walk(*unit, visitor, Detail::everything);
  return visitor.all;
}

std::string parts_of(std::string text) {
  const auto unit = parsed(std::move(text));
  const auto parts = split_pipeline(*unit->body->items[0].items[0].pipeline);
  if (!parts) return parts.error().message;
  std::string all;
  for (const PipelinePart& part : *parts) {
    if (!all.empty()) all += " | ";
    all += part.command ? std::string(static_name(*part.command))
                        : "block of " + std::to_string(part.block.workers.size());
  }
  return all;
}

}  // namespace

TEST_CASE("a walk meets the commands in the order of the text, each with its place", "[parser]") {
  CHECK(places("a; b; c") == "a b c");
  CHECK(places("if a; then b; else c; fi") == "a b:c c:c");
  CHECK(places("while a; do b; done") == "a:1 b:1c");
  CHECK(places("a || b") == "a:h b:c");
  CHECK(places("! a") == "a:h");
  CHECK(places("(a); { b; }") == "a:x b");
  CHECK(places("a | b") == "a:sx b:s");
  CHECK(places("a &") == "a:x");
}

TEST_CASE("a walk enters substitutions wherever they are", "[parser]") {
  CHECK(places("a \"$(b)\"") == "a b:x");
  CHECK(places("x=$(b) a") == "a b:x");
  CHECK(places("[[ $(b) = x ]]") == "b:x");
  CHECK(places("a < <(b)") == "a b:x");
}

TEST_CASE("the functions of a text are found at any depth", "[parser]") {
  const auto unit = parsed("f() { g() { :; }; }; if x; then function h { :; }; fi");
  const auto names = function_names(*unit);
  CHECK(names.size() == 3);
  CHECK(names.contains("g"));
  CHECK(names.contains("h"));
}

TEST_CASE("scatter, its worker and gather are one part of a pipeline", "[parser]") {
  CHECK(parts_of("a | b") == "a | b");
  CHECK(parts_of("a | scatter | b | c | gather | d") == "a | block of 2 | d");
  CHECK(parts_of("scatter | b | gather | scatter | c | gather") == "block of 1 | block of 1");
  CHECK(parts_of("a | scatter | gather").find("worker") != std::string::npos);
  CHECK(parts_of("a | scatter | b").find("gather") != std::string::npos);
  CHECK(parts_of("a | gather").find("scatter") != std::string::npos);
}
