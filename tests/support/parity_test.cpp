#include "support/parity.h"

#include <catch2/catch.hpp>

using namespace weir::test;

namespace {

CaseResult run(std::string_view snippet, const char* program = "/bin/bash") {
  const Cases cases = parse_parity_file("a.sh", "#=== a\n" + std::string(snippet));
  REQUIRE(cases.has_value());
  return run_parity_case(cases->at(0), {program, std::chrono::seconds(60), false, 1});
}

}  // namespace

TEST_CASE("a parity file is read into snippets", "[support]") {
  const Cases cases = parse_parity_file("x.sh", "#=== one\necho a\n#=== two\n\nb\n");
  REQUIRE(cases->size() == 2);
  CHECK(cases->at(0).name == "one");
  CHECK(cases->at(0).script == "echo a\n");
  CHECK(cases->at(1).line == 3);
  CHECK(cases->at(1).script == "\nb\n");
  CHECK(cases->at(1).references == std::vector<std::string>{"bash", "dash"});
  CHECK(parse_parity_file("x.bash", "#=== one\n")->at(0).references ==
        std::vector<std::string>{"bash"});
}

TEST_CASE("a snippet that all shells run alike passes", "[support]") {
  CHECK(run("echo a; exit 3\n").report == "");
}

TEST_CASE("a program that differs from the references fails", "[support]") {
  const CaseResult result = run("echo a\n", "/bin/true");
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.report.find("(- bash, + weir)") != std::string::npos);
}

TEST_CASE("references that differ fail the snippet", "[support]") {
  const CaseResult result = run("echo ${BASH_VERSION:-none}\n");
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.report.find("the snippet is wrong") != std::string::npos);
}
