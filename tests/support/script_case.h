// ScriptCase: one language case, and the two notations it is read from.
//
// A .test file (tests/scripts/README.md describes it):
//     === sentence that names the case
//     script text
//     --- out
//     expected output
// A markdown file: a ```weir block followed by an ```output block, or a ```weir no-run block.
// Reading is pure: nothing is run here.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

struct Expectation {
  std::string text;
  bool regex = false;  // each line is a regular expression to be found, in order
};

struct CaseFile {
  std::string name;
  std::string text;
  bool executable = false;
};

struct ScriptCase {
  std::string path;  // as given to the parse function
  int line = 0;      // of the case's first line
  std::string name;

  std::string script;                            // becomes case.ksh unless empty
  std::optional<std::vector<std::string>> args;  // instead of the one argument case.ksh
  std::vector<std::string> environment;          // "NAME=value", beside the standard ones
  std::vector<CaseFile> files;                   // made before the run
  std::optional<std::string> std_in;

  Expectation out;
  Expectation err;
  std::optional<std::string> code = "0";  // "0", "1", "signal 15"; absent: any
  bool merged = false;                    // stderr is part of `out`
  std::vector<std::string> references;    // shells that must do the same (parity.h); else empty
  std::optional<std::string> skip_asan;   // why a sanitizer build does not run it
};

/// "words.test:12: D1: …"; what filters are matched against.
std::string label(const ScriptCase& script_case);

/// The cases of a file in order, or one line that says what is wrong and where.
using Cases = std::expected<std::vector<ScriptCase>, std::string>;
Cases parse_test_file(const std::string& path, std::string_view text);
Cases parse_markdown(const std::string& path, std::string_view text);

/// Splits like sh does for blanks, '…', "…" and \; nothing is expanded.
std::expected<std::vector<std::string>, std::string> split_words(std::string_view text);

}  // namespace weir::test
