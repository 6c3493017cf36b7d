// The runner itself, with /bin/sh as the program under test: it must be able to fail.
#include "support/script_runner.h"

#include <catch2/catch.hpp>

#include "support/text_diff.h"

using namespace weir::test;

namespace {

CaseResult run(std::string_view text, std::chrono::milliseconds timeout = std::chrono::seconds(60),
               bool sanitized = false) {
  const Cases cases = parse_test_file("a.test", "=== a\n" + std::string(text));
  REQUIRE(cases.has_value());
  return run_case(cases->at(0), {"/bin/sh", timeout, sanitized, 1});
}

void check_passes(std::string_view text) {
  const CaseResult result = run(text);
  CHECK(result.report == "");
  CHECK(result.outcome == Outcome::passed);
}

std::string failure_of(std::string_view text) {
  const CaseResult result = run(text);
  CHECK(result.outcome == Outcome::failed);
  return result.report;
}

}  // namespace

TEST_CASE("a case that does what is expected passes", "[support]") {
  check_passes("echo a; echo b >&2; exit 3\n--- out\na\n--- err\nb\n--- code 3\n");
  check_passes("cat; cat f\n--- stdin\nx\ny\n--- files f\n1\n--- out\nx\ny\n1\n");
  check_passes("printf x\n--- out no-newline\nx\n");
  check_passes("--- args: -c 'echo $0 $1' one two\n--- out\none two\n");
  check_passes("./f\n--- files f executable\n#!/bin/sh\necho ran\n--- out\nran\n");
  check_passes("kill -9 $$\n--- code signal 9\n");
  check_passes("echo one 1 >&2; echo >&2; echo two >&2\n--- err~\none [0-9]\n^two$\n");
}

TEST_CASE("a case gets a clean environment and its own directories", "[support]") {
  check_passes(
      "env | grep -Ev '^(PWD|SHLVL|OLDPWD|_|(ASAN|UBSAN|LSAN)_OPTIONS)=' | cut -d= -f1 | sort\n"
      "--- env EXTRA=1\n"
      "--- out\nEXTRA\nHOME\nLANG\nPATH\nTMPDIR\n");
  check_passes("ls -a; [ \"$HOME\" = \"$PWD\" ] && ls \"$TMPDIR\"\n--- out\n.\n..\ncase.ksh\n");
  check_passes("readlink \"$(command -v weir)\"\n--- out\n/bin/sh\n");
}

TEST_CASE("a wrong stdout, stderr or code fails and shows the difference", "[support]") {
  CHECK(failure_of("echo a; echo c\n--- out\na\nb\n") ==
        "  stdout (- expected, + found):\n      a\n    - b\n    + c\n");
  CHECK(failure_of("echo x >&2\n") == "  stderr (- expected, + found):\n    + x\n");
  CHECK(failure_of("exit 2\n") == "  code: expected 0, found 2\n");
  CHECK(failure_of("kill -15 $$\n--- code 143\n") == "  code: expected 143, found signal 15\n");
  CHECK(failure_of("printf a\n--- out\na\n") ==
        "  stdout (- expected, + found):\n    - a\n    + a  (no newline at the end)\n");
}

TEST_CASE("a regular expression that is not found in order fails", "[support]") {
  CHECK(failure_of("echo b; echo a\n--- out~\na\nb\n") ==
        "  stdout: no line left that matches: b\n  stdout was:\n    b\n    a\n");
  CHECK_THAT(failure_of("echo a\n--- out~\n(\n"), Catch::Contains("bad regular expression: ("));
}

TEST_CASE("a hung case is killed with all its processes and fails", "[support]") {
  const CaseResult result = run("sleep 100 & echo a; wait\n", std::chrono::milliseconds(300));
  CHECK(result.outcome == Outcome::failed);
  CHECK_THAT(result.report, Catch::Contains("it hung"));
  CHECK_THAT(result.report, Catch::Contains("+ a"));
}

TEST_CASE("a case that leaves a process with its output fails", "[support]") {
  const CaseResult result = run("sleep 100 &\n", std::chrono::milliseconds(500));
  CHECK_THAT(result.report, Catch::Contains("left a process"));
}

TEST_CASE("a case that does not read its stdin is no failure of the runner", "[support]") {
  const std::string much(1 << 20, 'x');
  check_passes("exec <&-; echo a\n--- stdin\n" + much + "\n--- out\na\n");
}

TEST_CASE("a program that is not there is a failure with the reason", "[support]") {
  const Cases cases = parse_test_file("a.test", "=== a\necho\n");
  const CaseResult result = run_case(cases->at(0), {"/nonexistent/weir", {}, false, 1});
  CHECK(result.outcome == Outcome::failed);
  CHECK_THAT(result.report, Catch::Contains("could not be run"));
}

TEST_CASE("a sanitizer build skips what says so, with the reason", "[support]") {
  const std::string text = "exit 1\n--- skip-asan too slow\n";
  const CaseResult result = run(text, std::chrono::seconds(60), true);
  CHECK(result.outcome == Outcome::skipped);
  CHECK(result.report == "too slow");
  CHECK(run(text).outcome == Outcome::failed);
}

TEST_CASE("cases run several at once and each is told once", "[support]") {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "=== c\necho " + std::to_string(i) + "\n--- out\n7\n";
  const Cases cases = parse_test_file("a.test", text);
  int passed = 0, failed = 0;
  run_cases(*cases, {"/bin/sh", std::chrono::seconds(60), false, 4},
            [&](const ScriptCase&, const CaseResult& result) {
              ++(result.outcome == Outcome::passed ? passed : failed);
            });
  CHECK(passed == 1);
  CHECK(failed == 19);
}

TEST_CASE("a difference escapes what does not print and stays short", "[support]") {
  CHECK(visible("a\tb\x01\n") == "a\\tb\\x01\\n");
  std::string a, b;
  for (int i = 0; i < 5000; ++i) a += std::to_string(i) + "\n", b += std::to_string(i + 1) + "\n";
  CHECK(text_diff(a, b).size() < 2000);
}
