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

// What the line editor asks: is the text complete, and what would end it?
TEST_CASE("a text that more text could end is incomplete and says what is missing", "[parser]") {
  struct Row {
    std::string text;
    std::string missing;
  };
  const Row rows[] = {
      {"echo \"a", "\""},
      {"echo 'a", "'"},
      {"echo $'a", "'"},
      {"echo a \\\n", "the next line"},
      {"cat << END\na\n", "END"},
      {"cat << END", "END"},
      {"a |", "a command"},
      {"a |&", "a command"},
      {"a &&", "a command"},
      {"a ||\n", "a command"},
      {"if a", "then"},
      {"if a; then", "fi"},
      {"if a; then b; else", "fi"},
      {"if a; then b", "fi"},
      {"while a", "do"},
      {"while a; do b", "done"},
      {"until a; do", "done"},
      {"for x", "do"},
      {"for x in a b", "do"},
      {"for x in a b; do c;", "done"},
      {"for ((i = 0; i < 3", "))"},
      {"case x", "in"},
      {"case x in", "esac"},
      {"case x in a) b", "esac"},
      {"case x in a) b;;", "esac"},
      {"{", "}"},
      {"{ a;", "}"},
      {"(", ")"},
      {"( a", ")"},
      {"f()", "{"},
      {"f() {", "}"},
      {"echo $(", ")"},
      {"echo $(a", ")"},
      {"echo <(a", ")"},
      {"echo ${x", "}"},
      {"echo ${x:-", "}"},
      {"echo $((1 +", "an operand"},
      {"echo $((1", "))"},
      {"((1", "))"},
      {"[[", "]]"},
      {"[[ a", "]]"},
      {"[[ a == b &&", "]]"},
      {"xs=[a", "]"},
      {"r={a: 1", "}"},
      {"echo \"$(a \"b", "\""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const ParseResult result = parse("t", row.text);
    CHECK(result.outcome == Outcome::incomplete);
    CHECK(result.missing == row.missing);
    CHECK(result.diagnostics.size() == 1);
  }
}

TEST_CASE("a text that nothing could mend is not incomplete", "[parser]") {
  for (const std::string text : {"fi", "a; )", "if a; fi", "f(a", "echo ${}", "a | | b", "x=(a"}) {
    INFO(text);
    CHECK(parse("t", text).outcome == Outcome::error);
  }
}

TEST_CASE("a text that is complete needs no more", "[parser]") {
  for (const std::string text :
       {"", "\n", "# only a comment", "a;", "a &", "echo \\a", "cat << END\nEND\n", "cat <<< a"}) {
    INFO(text);
    CHECK(parse("t", text).outcome == Outcome::ok);
  }
}
