// docs/diagnostics.md against the program: every code has its section, every
// example in it the finding that it stands under, and what to write instead none.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "kernel/kernel.h"
#include "kernel/unit_check.h"
#include "support/paths.h"

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::set<std::string> matches(const std::string& text, const std::string& pattern, int group = 1) {
  std::set<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it)
    found.insert((*it)[group]);
  return found;
}

/// Codes of the parser as they are, those of the validator by number.
struct SourceCodes {
  std::set<std::string> parser;
  std::set<std::string> numbers;
};

SourceCodes codes_in_source() {
  SourceCodes codes;
  for (const auto& entry :
       fs::directory_iterator(fs::path(weir::test::kSourceDir) / "src/parser")) {
    const std::string text = read_file(entry.path());
    if (entry.path().filename() == "check_codes.h")
      codes.numbers = matches(text, " = ([0-9]+),");
    else if (entry.path().filename() != "diagnostic.h")
      codes.parser.merge(matches(text, "\"(E[0-9]{3})\""));
  }
  return codes;
}

struct Example {
  std::string text;
  std::string code;  // empty: there is nothing to find
  int line = 0;
};

struct Document {
  std::set<std::string> codes;  // of the headings
  std::vector<Example> examples;
};

/// `\0` and `\r` stand for bytes that a document cannot hold.
std::string unescaped(std::string text) {
  const auto replace = [&](std::string_view mark, char byte) {
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
      text.replace(at, mark.size(), 1, byte);
  };
  replace("\\0", '\0');
  replace("\\r", '\r');
  return text;
}

/// "wrong", "wrong escaped", "wrong W040" and "right" are the kinds of blocks.
Document read_document() {
  std::istringstream lines(read_file(fs::path(weir::test::kSourceDir) / "docs/diagnostics.md"));
  Document document;
  std::string heading;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("### ")) {
      const auto codes = matches(line, "([EW][0-9]{3})");
      heading = line.substr(4, 4);
      document.codes.insert(codes.begin(), codes.end());
    }
    if (!line.starts_with("```")) continue;
    const std::string kind = line.substr(3);
    Example example{.code = kind == "right"               ? ""
                            : kind.starts_with("wrong W") ? kind.substr(6)
                                                          : heading,
                    .line = number};
    for (; std::getline(lines, line) && line != "```"; ++number) example.text += line + "\n";
    ++number;
    if (kind == "wrong escaped") example.text = unescaped(std::move(example.text));
    document.examples.push_back(std::move(example));
  }
  return document;
}

std::set<std::string> found_in(weir::Kernel& kernel, const std::string& text) {
  const auto checked =
      weir::kernel::check_unit(kernel.context(), "example", text,
                               {.findings = weir::kernel::Findings::all, .is_fresh = true});
  std::set<std::string> codes;
  for (const auto& diagnostic : checked.diagnostics) codes.insert(diagnostic.code);
  return codes;
}

}  // namespace

TEST_CASE("docs/diagnostics.md has a section for every code of the source, and for no other",
          "[diagnostics]") {
  const SourceCodes source = codes_in_source();
  REQUIRE(source.parser.size() > 20);
  REQUIRE(source.numbers.size() > 20);
  std::set<std::string> undocumented = source.parser;
  std::set<std::string> undocumented_numbers = source.numbers;
  std::string unknown;
  for (const std::string& code : read_document().codes) {
    const bool known = undocumented.erase(code) + undocumented_numbers.count(code.substr(2)) > 0 ||
                       source.numbers.contains(code.substr(2));
    undocumented_numbers.erase(code.substr(2));
    if (!known) unknown += code + " ";
  }
  CHECK(unknown == "");
  CHECK(undocumented == std::set<std::string>());
  CHECK(undocumented_numbers == std::set<std::string>());
}

TEST_CASE("every example of docs/diagnostics.md has just the finding that it shows",
          "[diagnostics]") {
  weir::Kernel kernel;
  const Document document = read_document();
  std::set<std::string> without_example = document.codes;
  for (const Example& example : document.examples) {
    INFO("docs/diagnostics.md:" << example.line << "\n" << example.text);
    CHECK(found_in(kernel, example.text) ==
          (example.code.empty() ? std::set<std::string>() : std::set<std::string>{example.code}));
    without_example.erase(example.code);
  }
  // Too deep and too large to be written down.
  CHECK(without_example == std::set<std::string>{"E017", "E031"});
}
