#include "support/script_case.h"

#include <catch2/catch.hpp>

using namespace weir::test;

namespace {

std::vector<ScriptCase> cases_of(std::string_view text) {
  Cases cases = parse_test_file("a.test", text);
  INFO((cases ? "" : cases.error()));
  REQUIRE(cases.has_value());
  return *std::move(cases);
}

std::string problem_of(std::string_view text) {
  const Cases cases = parse_test_file("a.test", text);
  REQUIRE_FALSE(cases.has_value());
  return cases.error();
}

}  // namespace

TEST_CASE("a test file gives its cases in order with their lines", "[support]") {
  const auto cases = cases_of(
      "# about this file\n"
      "\n"
      "=== D1: one word\n"
      "echo a\n"
      "--- out\n"
      "a\n"
      "\n"
      "=== second\n"
      "false\n"
      "--- code 1\n");
  REQUIRE(cases.size() == 2);
  CHECK(label(cases[0]) == "a.test:3: D1: one word");
  CHECK(cases[0].script == "echo a\n");
  CHECK(cases[0].out.text == "a\n");
  CHECK(cases[0].err.text.empty());
  CHECK(cases[0].code == "0");
  CHECK(cases[1].line == 8);
  CHECK(cases[1].code == "1");
}

TEST_CASE("every section of a case is read", "[support]") {
  const auto cases = cases_of(
      "=== all\n"
      "x\n"
      "--- args: -c 'a b' c\\ d \"e'f\" ''\n"
      "--- env A=b c\n"
      "--- files d/one\n"
      "1\n"
      "--- files two executable\n"
      "2\n"
      "--- stdin no-newline\n"
      "in\n"
      "--- out~\n"
      "^o+$\n"
      "--- err\n"
      "e\n"
      "\n"
      "--- skip-asan it needs too much memory\n"
      "--- code signal 15\n");
  REQUIRE(cases.size() == 1);
  const ScriptCase& one = cases[0];
  CHECK(one.args == std::vector<std::string>{"-c", "a b", "c d", "e'f", ""});
  CHECK(one.environment == std::vector<std::string>{"A=b c"});
  REQUIRE(one.files.size() == 2);
  CHECK(one.files[0].name == "d/one");
  CHECK(one.files[0].text == "1\n");
  CHECK_FALSE(one.files[0].executable);
  CHECK(one.files[1].executable);
  CHECK(one.std_in == "in");
  CHECK(one.out.regex);
  CHECK(one.out.text == "^o+$\n");
  CHECK(one.err.text == "e\n\n");  // another section follows: its blank line counts
  CHECK(one.skip_asan == "it needs too much memory");
  CHECK(one.code == "signal 15");
}

TEST_CASE("blank lines before the next case are no output", "[support]") {
  const auto cases = cases_of("=== a\nx\n--- out\n\n\n=== b\ny\n--- out\n1\n\n2\n\n\n");
  CHECK(cases[0].out.text.empty());
  CHECK(cases[1].out.text == "1\n\n2\n");
}

TEST_CASE("a malformed test file is an error with its line", "[support]") {
  CHECK(problem_of("echo\n") == "a.test:1: text before the first `=== name` line");
  CHECK(problem_of("=== a\n--- outt\n") == "a.test:2: unknown section: outt");
  CHECK(problem_of("=== a\n--- code x\n") == "a.test:2: code needs a number or `signal N`");
  CHECK(problem_of("=== a\n--- code 1\ntext\n") == "a.test:3: this section takes no text");
  CHECK(problem_of("=== a\n--- args: 'x\n") == "a.test:2: quote is not closed");
  CHECK(problem_of("=== a\n--- files ../x\n") == "a.test:2: a file needs a relative name");
  CHECK(problem_of("=== a\n--- skip-asan\n") == "a.test:2: skip-asan needs a reason");
  CHECK(problem_of("=== a\n--- out\nx\n--- out\n") == "a.test:4: this section is there twice");
}

TEST_CASE("a markdown file gives a case for each weir block", "[support]") {
  const Cases cases = parse_markdown("d.md",
                                     "# title\n"
                                     "```weir\n"
                                     "echo hi\n"
                                     "```\n"
                                     "\n"
                                     "```output\n"
                                     "hi\n"
                                     "```\n"
                                     "text\n"
                                     "```weir no-run\n"
                                     "rm -rf x\n"
                                     "```\n"
                                     "```sh\n"
                                     "ignored\n"
                                     "```\n"
                                     "```weir\n"
                                     "x=1\n"
                                     "```\n");
  REQUIRE(cases.has_value());
  REQUIRE(cases->size() == 3);
  CHECK(label((*cases)[0]) == "d.md:2: echo hi");
  CHECK((*cases)[0].merged);
  CHECK((*cases)[0].out.text == "hi\n");
  CHECK_FALSE((*cases)[0].code.has_value());
  CHECK((*cases)[1].args == std::vector<std::string>{"-n", "case.ksh"});
  CHECK((*cases)[1].code == "0");
  CHECK((*cases)[2].out.text.empty());
}

TEST_CASE("a markdown file with an output of nothing is an error", "[support]") {
  CHECK(parse_markdown("d.md", "```output\nx\n```\n").error() ==
        "d.md:1: an output block must follow a weir block");
  CHECK(parse_markdown("d.md", "```weir\nx\n```\ntext\n```output\nx\n```\n").error() ==
        "d.md:5: an output block must follow a weir block");
  CHECK(parse_markdown("d.md", "```weir norun\nx\n```\n").error() ==
        "d.md:1: unknown kind of weir block: weir norun");
  CHECK(parse_markdown("d.md", "```weir\nx\n").error() == "d.md:1: this block is not closed");
}
